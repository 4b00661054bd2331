import { useMemo, useRef } from 'react';
import { useLocation, useNavigate, useParams, useSearchParams, type Location } from 'react-router';
import { MODEL_OFF, useSiteSettings } from '@/api/get-site-settings';
import { usePhoto } from '@/api/get-photo';
import { CaptionPanel, type CaptionPanelHandle } from '@/features/captions/components/CaptionPanel';
import { PhotoPage } from '@/features/photo/components/PhotoPage';
import { paths, readSource, sourcePath } from '@/lib/paths';
import { useClaims } from '@/lib/session';

/** The address of one photo: puts the photo and its caption together. */
export default function PhotoRoute() {
  const { hash = '' } = useParams();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const location = useLocation();
  const userId = useClaims()?.userId ?? 0;
  const photo = usePhoto(hash).data;
  const settings = useSiteSettings().data;
  const caption = useRef<CaptionPanelHandle>(null);
  const people = photo?.people;
  const peopleHere = useMemo(() => (people ?? []).map((person) => person.name), [people]);
  const source = readSource(query);
  const background = (location.state as { background?: Location } | null)?.background;

  return (
    <PhotoPage
      hash={hash}
      source={source}
      onClose={() => void (background ? navigate(-1) : navigate(sourcePath(source)))}
      onGoTo={(next) =>
        void navigate(paths.photo(next, source), { replace: true, state: location.state as unknown })
      }
      onEdit={() => caption.current?.edit()}
      onDraft={() => caption.current?.draft()}
      caption={
        <CaptionPanel
          key={hash}
          ref={caption}
          hash={hash}
          userId={userId}
          knownText={photo?.captions_json.user_caption ?? ''}
          mayEdit={photo?.owner.id === userId}
          peopleHere={peopleHere}
          rewritesOn={settings !== undefined && settings.llm_model !== MODEL_OFF}
          captionsOn={
            settings !== undefined && settings.captioning_model !== MODEL_OFF && photo?.video === false
          }
        />
      }
    />
  );
}
