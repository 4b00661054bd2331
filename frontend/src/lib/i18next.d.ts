import type en from '../locales/en.json';

/** Unknown keys are errors of the type checker. */
declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}
