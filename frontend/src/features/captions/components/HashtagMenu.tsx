import { Badge, Paper, Portal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Captions.module.css';
import type { HashtagMenuState } from './use-hashtag-menu';

/** The tags that fit what is being typed, above the caret, where it hides no button. The keyboard focus stays in the editor. */
export function HashtagMenu({ menu }: { menu: HashtagMenuState }) {
  const { t } = useTranslation();
  const { query, choices, active, choose } = menu;
  if (!query?.rect || !choices.length) return null;
  const left = Math.min(query.rect.left, window.innerWidth - 236);
  return (
    <Portal>
      <Paper
        withBorder
        shadow="md"
        p={4}
        role="listbox"
        aria-label={t('captions.tagChoices')}
        className={classes.menu}
        style={{ left, bottom: window.innerHeight - query.rect.top + 4 }}
      >
        {choices.map((choice, index) => (
          <div
            key={choice.tag}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={classes.choice}
            // On mouse down, as a click would first take the focus out of the editor.
            onMouseDown={(event) => {
              event.preventDefault();
              choose(choice);
            }}
          >
            <Text size="sm" truncate>
              #{choice.tag}
            </Text>
            {choice.isNew && (
              <Badge size="xs" variant="default">
                {t('captions.newTag')}
              </Badge>
            )}
          </div>
        ))}
      </Paper>
    </Portal>
  );
}
