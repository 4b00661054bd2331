import { createRoot } from 'react-dom/client';
import { startI18n } from '@/lib/i18n';
import { keepSessionFresh } from '@/lib/api-client';
import { App } from './App';
import { Providers } from './Providers';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

await startI18n();
keepSessionFresh();
createRoot(root).render(
  <Providers>
    <App />
  </Providers>,
);
