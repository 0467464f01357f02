import { Text } from '@mantine/core'
import type { MailPlaceholder } from '../../api/types'
import { TextButton } from '../../ui/TextButton'
import classes from './Template.module.css'
import { noticeTexts } from './texts'

/** Places lists what can be put into a text; a click puts it in. */
export function Places({ places, onPut }: { places: MailPlaceholder[]; onPut: (name: string) => void }) {
  const t = noticeTexts.useT()
  return (
    <section aria-labelledby="places">
      <Text fw={600} size="sm" id="places">
        {t('template.places')}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {t('template.placesNote')}
      </Text>
      <ul className={classes.places}>
        {places.map((place) => (
          <li key={place.name}>
            <TextButton size="xs" ff="monospace" mih={24} onClick={() => onPut(place.name)}>
              {`{{${place.name}}}`}
            </TextButton>
            <Text size="xs" c="dimmed">
              {[
                place.meaning,
                place.required && `(${t('template.required')})`,
                place.kind === 'block' && `(${t('template.ownLine')})`,
                place.kind === 'open' && `(${t('template.notInSubject')})`,
              ]
                .filter(Boolean)
                .join(' ')}
            </Text>
          </li>
        ))}
      </ul>
    </section>
  )
}
