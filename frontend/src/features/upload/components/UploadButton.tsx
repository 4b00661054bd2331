import { Button, FileButton, type ButtonProps } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function UploadButton({ onFiles, ...props }: ButtonProps & { onFiles: (files: File[]) => void }) {
  const { t } = useTranslation();
  return (
    <FileButton
      onChange={onFiles}
      accept="image/*,video/*,.heic,.heif,.avif"
      multiple
      inputProps={{ 'aria-label': t('upload.choose') }}
    >
      {(button) => (
        <Button leftSection={<IconUpload size={18} aria-hidden />} {...props} {...button}>
          {t('upload.upload')}
        </Button>
      )}
    </FileButton>
  );
}
