import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render as testingRender } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { cssVariables, theme } from '@/theme';

/** Draw a part of the UI with everything around it that it needs; `at` is the address. */
export function render(ui: ReactNode, { at = '/' }: { at?: string } = {}) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return testingRender(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <QueryClientProvider client={queryClient}>
        <MemoryRouter initialEntries={[at]}>
          <Notifications />
          {ui}
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
