import { Badge, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Captions.module.css';
import type { CompletionMenuState } from './use-completion-menu';

/** What fits what is being typed, above the caret, where it hides no button. The keyboard focus stays in the editor. */
export function CompletionMenu({ menu, id }: { menu: CompletionMenuState; id: string }) {
  const { t } = useTranslation();
  const { query, choices, active, choose } = menu;
  if (!query?.rect || !choices.length) return null;
  const left = Math.max(8, Math.min(query.rect.left, window.innerWidth - 236));
  return (
    <Paper
      withBorder
      shadow="md"
      p={4}
      role="listbox"
      id={id}
      aria-label={t(`captions.choices.${query.kind}`)}
      className={classes.menu}
      style={{ left, bottom: window.innerHeight - query.rect.top + 4 }}
    >
      {choices.map((choice, index) => (
        <div
          key={choice.label}
          id={optionId(id, index)}
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
            {choice.label}
          </Text>
          {choice.note && (
            <Badge size="xs" variant="default">
              {t(`captions.notes.${choice.note}`)}
            </Badge>
          )}
        </div>
      ))}
    </Paper>
  );
}

export function optionId(menuId: string, index: number): string {
  return `${menuId}-${index}`;
}
