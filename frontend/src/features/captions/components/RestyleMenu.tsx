import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DraftRequest } from '../api/stream-drafts';
import { RESTYLES, restyleRequest } from '../restyle';

/** Say a draft differently; the language model works from its text alone. */
export function RestyleMenu({ draftId, disabled, onRestyle }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <Menu
      position="bottom-start"
      withinPortal={false}
      floatingStrategy="fixed"
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          disabled={disabled}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {t('restyle.title')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {RESTYLES.map((wish) => (
          <Menu.Item key={wish} onClick={() => onRestyle(restyleRequest(wish, draftId, i18n.language))}>
            {t(`restyle.${wish}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface Props {
  draftId: number;
  disabled: boolean;
  onRestyle: (request: DraftRequest) => void;
}
