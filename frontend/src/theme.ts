import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'cyan',
  // Dark enough for white text on it in both schemes (WCAG AA).
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Colour alone does not make a link (WCAG 1.4.1).
    Anchor: { defaultProps: { underline: 'always' } },
    // Yellow on white is too faint to count (WCAG 1.4.11); global.css draws the empty ones.
    Rating: { defaultProps: { color: 'orange.8' } },
  },
});

/** Mantine's quiet colours are too quiet for WCAG AA (4.5 : 1) on its own backgrounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    // Darker under the pointer, not paler as Mantine has it at the end of its scale.
    '--mantine-color-cyan-filled-hover': '#095c6b',
    '--mantine-color-yellow-light-color': '#7a4100',
    '--mantine-color-orange-light-color': '#8a3400',
    '--mantine-color-red-light-color': '#a51111',
    '--mantine-color-green-light-color': '#1b5e2a',
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-anchor': 'var(--mantine-color-cyan-9)',
  },
  dark: {
    '--mantine-color-cyan-filled-hover': '#095c6b',
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-cyan-3)',
  },
});
