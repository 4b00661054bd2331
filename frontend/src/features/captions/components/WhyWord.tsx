import { Group, Loader, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import { ApiError } from '@/lib/api-error';
import type { ExplainedWord } from '@/lib/api-types';
import { media } from '@/lib/paths';
import { useAttention } from '../api/get-attention';
import { placeOf, shadesOf, type Cell } from '../attention';
import classes from './Captions.module.css';

const EDGE = 2;
/** How dark it is where the model looked least: what is there must still be seen. */
const DIMMEST = 0.6;

/** “Why this word?”: the photo, dimmed but for where the model looked when it chose the word. */
export default function WhyWord({ hash, captionId }: { hash: string; captionId: number }) {
  const { t } = useTranslation();
  const explanation = useAttention(hash, captionId);
  const [chosen, setChosen] = useState(0);
  if (explanation.isPending) {
    return (
      <Group gap="xs" mt="xs" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm">{t('why.asking')}</Text>
      </Group>
    );
  }
  if (!explanation.data) {
    const refused = explanation.error instanceof ApiError && explanation.error.status === 409;
    return (
      <ErrorNotice
        error={explanation.error}
        onRetry={refused ? undefined : () => void explanation.refetch()}
      />
    );
  }
  const { words, exact } = explanation.data;
  const word = words[chosen];
  if (!word) return null;

  return (
    <Stack gap="xs" mt="xs">
      <div role="group" aria-label={t('why.words')} className={classes.words}>
        {words.map((one, index) => (
          <button
            key={index}
            type="button"
            className={classes.word}
            aria-pressed={index === chosen}
            onClick={() => setChosen(index)}
            onMouseEnter={() => setChosen(index)}
            onFocus={() => setChosen(index)}
          >
            {one.text}
          </button>
        ))}
      </div>
      <figure className={classes.look}>
        <div className={classes.lookPicture}>
          <img src={media.big(hash)} alt={t('why.picture')} />
          <Shades map={word.attention} />
        </div>
        <figcaption>
          <Text size="sm" c="dimmed" role="status">
            <Where word={word} />
          </Text>
        </figcaption>
      </figure>
      {!exact && (
        <Text size="xs" c="dimmed">
          {t('why.notExact')}
        </Text>
      )}
    </Stack>
  );
}

function Shades({ map }: { map: number[][] }) {
  const [height, width] = [map.length, map[0]?.length ?? 0];
  if (!width) return null;
  const cells = shadesOf(map);
  const box = ({ x, y }: Cell) => {
    // The outer cells reach over the edge, where the blur would else find nothing; all overlap by a hair.
    const [left, top] = [x ? x : -EDGE, y ? y : -EDGE];
    const right = x < width - 1 ? x + 1 : width + EDGE;
    const bottom = y < height - 1 ? y + 1 : height + EDGE;
    return { key: `${x} ${y}`, x: left, y: top, width: right - left + 0.02, height: bottom - top + 0.02 };
  };
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className={classes.shades} aria-hidden>
      <filter id="look-soft">
        <feGaussianBlur stdDeviation="0.5" />
      </filter>
      <g filter="url(#look-soft)" className={classes.dim}>
        {cells.map((cell) => {
          const { key, ...place } = box(cell);
          return <rect key={key} {...place} fillOpacity={DIMMEST * cell.shade} />;
        })}
      </g>
      <g filter="url(#look-soft)" className={classes.glow}>
        {cells.map((cell) => {
          const { key, ...place } = box(cell);
          return <rect key={key} {...place} fillOpacity={(1 - cell.shade) ** 2} />;
        })}
      </g>
    </svg>
  );
}

function Where({ word }: { word: ExplainedWord }) {
  const { t, i18n } = useTranslation();
  const place = placeOf(word.attention);
  const where = place ? t(`why.place.${place.row}.${place.column}`) : t('why.everywhere');
  const sure =
    word.probability === null
      ? null
      : new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(word.probability);
  return <>{t(sure ? 'why.lookedSure' : 'why.looked', { word: word.text, where, sure })}</>;
}
