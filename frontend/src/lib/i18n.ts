/** Languages: each is one file in src/locales; adding a file adds a language. */
import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';
import { storageName } from './base-path';

type Messages = Record<string, unknown>;

const files = import.meta.glob<Messages>(['../locales/*.json', '!../locales/en.json'], { import: 'default' });
const KEY = storageName('language');

export const languages = ['en', ...Object.keys(files).map(codeOf)].sort();

/** Start with the language chosen here, else the browser's, else English. */
export async function startI18n(): Promise<void> {
  await i18n.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    showSupportNotice: false,
    interpolation: { escapeValue: false },
  });
  const wanted = [localStorage.getItem(KEY) ?? '', ...navigator.languages].map(
    (code) => code.split('-')[0] ?? '',
  );
  await setLanguage(wanted.find((code) => languages.includes(code)) ?? 'en');
}

export async function chooseLanguage(code: string): Promise<void> {
  localStorage.setItem(KEY, code);
  await setLanguage(code);
}

async function setLanguage(code: string): Promise<void> {
  const load = Object.entries(files).find(([file]) => codeOf(file) === code)?.[1];
  if (load && !i18n.hasResourceBundle(code, 'translation')) {
    i18n.addResourceBundle(code, 'translation', await load());
  }
  await i18n.changeLanguage(code);
  document.documentElement.lang = code;
  document.documentElement.dir = i18n.dir(code);
}

/** Name of a language, in itself ("Deutsch") or in another one. */
export function languageName(code: string, inLanguage = code): string {
  return new Intl.DisplayNames([inLanguage], { type: 'language' }).of(code) ?? code;
}

function codeOf(file: string): string {
  return file.replace(/^.*\/|\.json$/g, '');
}
