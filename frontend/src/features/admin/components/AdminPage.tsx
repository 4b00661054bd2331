import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NavLink, useParams } from 'react-router';
import { paths } from '@/lib/paths';
import { adminParts, type AdminPart } from '@/lib/screens';
import classes from './Admin.module.css';
import { Models } from './Models';
import { ScanFolder } from './ScanFolder';
import { Server } from './Server';
import { Services } from './Services';
import { Users } from './Users';

const PARTS: Record<AdminPart, () => React.ReactNode> = {
  models: () => <Models />,
  services: () => <Services />,
  users: () => <Users />,
  photos: () => <ScanFolder />,
  server: () => <Server />,
};

/** Everything that concerns the whole server, one part at a time; each part has an address. */
export default function AdminPage() {
  const { t } = useTranslation();
  const wanted = useParams().part;
  const part = adminParts.find((one) => one === wanted) ?? 'models';
  return (
    <Stack gap="lg" maw={900}>
      <Title order={1} size="h3">
        {t('admin.title')}
      </Title>
      <nav aria-label={t('admin.title')} className={classes.parts}>
        {adminParts.map((one) => (
          <NavLink
            key={one}
            to={paths.adminPart(one)}
            end
            className={classes.part}
            aria-current={one === part ? 'page' : undefined}
          >
            {t(`admin.parts.${one}`)}
          </NavLink>
        ))}
        <NavLink to={paths.jobs} className={classes.part}>
          {t('jobs.title')}
        </NavLink>
      </nav>
      {PARTS[part]()}
    </Stack>
  );
}
