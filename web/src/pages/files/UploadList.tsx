import { ActionIcon, Progress, Text } from '@mantine/core'
import { IconRefresh, IconX } from '@tabler/icons-react'
import { bytes } from '../../i18n/format'
import classes from './Files.module.css'
import { nameOf } from './paths'
import { fileTexts } from './texts'
import { again, cancel, clear, type Upload, useUploads } from './uploads'

/** UploadList shows how uploads fare, in a corner, while the person goes on. */
export function UploadList() {
  const t = fileTexts.useT()
  const uploads = useUploads()
  if (uploads.length === 0) return null
  const left = uploads.filter((upload) => upload.state === 'waiting' || upload.state === 'sending').length
  const failed = uploads.some((upload) => upload.state === 'failed')
  return (
    <section className={classes.uploads} aria-label={t('upload.title')}>
      <div className={classes.uploadsHead}>
        <Text size="sm" fw={600} role="status">
          {left > 0
            ? t('upload.left', { count: left })
            : failed
              ? t('upload.finishedSome')
              : t('upload.finished')}
        </Text>
        {left === 0 && (
          <ActionIcon variant="subtle" color="gray" onClick={clear} aria-label={t('upload.close')}>
            <IconX size={16} aria-hidden="true" />
          </ActionIcon>
        )}
      </div>
      <ul className={classes.uploadsList}>
        {uploads.map((upload) => (
          <Line key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  )
}

function Line({ upload }: { upload: Upload }) {
  const t = fileTexts.useT()
  const name = nameOf(upload.path)
  const going = upload.state === 'waiting' || upload.state === 'sending'
  const stopped = upload.state === 'failed' || upload.state === 'cancelled'
  return (
    <li>
      <div className={classes.uploadLine}>
        <div>
          <Text size="sm" truncate title={upload.path}>
            {name}
          </Text>
          <Text
            size="xs"
            c={upload.state === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
            className="ik-tabular"
          >
            {said(upload, t)}
          </Text>
        </div>
        {going && (
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => cancel(upload.id)}
            aria-label={t('upload.cancel', { name })}
          >
            <IconX size={15} aria-hidden="true" />
          </ActionIcon>
        )}
        {stopped && (
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => again(upload.id)}
            aria-label={t('upload.again', { name })}
          >
            <IconRefresh size={15} aria-hidden="true" />
          </ActionIcon>
        )}
      </div>
      {upload.state === 'sending' && (
        <Progress
          size={4}
          mt={4}
          value={upload.size ? (upload.sent / upload.size) * 100 : 0}
          aria-label={name}
        />
      )}
    </li>
  )
}

function said(upload: Upload, t: ReturnType<typeof fileTexts.t>): string {
  if (upload.problem) return upload.problem
  if (upload.state === 'sending')
    return t('upload.progress', { sent: bytes(upload.sent), size: bytes(upload.size) })
  return t(`upload.${upload.state === 'failed' ? 'cancelled' : upload.state}`)
}
