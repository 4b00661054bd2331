import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, Suspense, useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter } from 'react-router';
import { basePath } from '@/lib/base-path';
import { createQueryClient } from '@/lib/query-client';
import { cssVariables, theme } from '@/theme';

// Nothing is announced on the first screen, so the messages' place may come after it.
const Messages = lazy(() => import('./Messages'));

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  return (
    <StrictMode>
      <DirectionProvider detectDirection>
        <FollowDirection />
        <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
          <QueryClientProvider client={queryClient}>
            <BrowserRouter basename={basePath || '/'}>
              {/* Inside the router, as messages may hold links. */}
              <Suspense fallback={null}>
                <Messages />
              </Suspense>
              {children}
            </BrowserRouter>
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </StrictMode>
  );
}

/** Sliders and stars run the other way in some languages. */
function FollowDirection(): null {
  const { i18n } = useTranslation();
  const { setDirection } = useDirection();
  const direction = i18n.dir();
  // The provider makes this function anew each time.
  const set = useEffectEvent(setDirection);
  useEffect(() => set(direction), [direction]);
  return null;
}
