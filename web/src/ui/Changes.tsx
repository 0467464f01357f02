import { VisuallyHidden } from '@mantine/core'
import { common } from '../i18n/common'
import classes from './Changes.module.css'
import { fieldChanges } from './changes'

/** Changes shows before → after, one line for each thing that changed. */
export function Changes({ before, after }: { before: unknown; after: unknown }) {
  const t = common.useT()
  const changes = fieldChanges(before, after)
  if (changes.length === 0) return null
  return (
    <ul className={classes.changes}>
      {changes.map((change) => (
        <li key={change.field}>
          {change.field && <span className={classes.field}>{change.field}:</span>}
          {change.before && (
            <>
              <VisuallyHidden>{t('change.before')}</VisuallyHidden>
              <del>{change.before}</del>
              <span aria-hidden="true">→</span>
            </>
          )}
          <VisuallyHidden>{t('change.after')}</VisuallyHidden>
          {change.after ? (
            <ins>{change.after}</ins>
          ) : (
            <span className={classes.empty}>{t('change.empty')}</span>
          )}
        </li>
      ))}
    </ul>
  )
}
