import { Button, Center, Loader } from '@mantine/core'
import { IconMoodConfuzed } from '@tabler/icons-react'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { ApiError, isProblem } from '../api/problem'
import { common } from '../i18n/common'
import { Empty, Failure } from '../ui/states'
import { layoutTexts } from './texts'

const EndedDialog = lazy(() => import('../visit/Ended').then(({ EndedDialog }) => ({ default: EndedDialog })))

/** Broken is what is shown where the whole page could not be had: a visit that is over, a server that is away. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  if (isProblem(error, 'impersonation-ended')) {
    return (
      <Suspense>
        <EndedDialog problem={error.problem} drafts={[]} />
      </Suspense>
    )
  }
  return (
    <Center mih="100dvh">
      <PageTrouble
        error={error}
        retry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </Center>
  )
}

/** PageBroken is one page that broke inside the frame, which goes on working. */
export function PageBroken({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <PageTrouble
      error={error}
      retry={() => {
        reset()
        void router.invalidate()
      }}
    />
  )
}

function PageTrouble({ error, retry }: { error: unknown; retry: () => void }) {
  const t = layoutTexts.useT()
  if (error instanceof ApiError) return <Failure error={error} retry={retry} />
  return (
    <div role="alert">
      <Empty
        whole
        icon={<IconMoodConfuzed size={32} stroke={1.5} aria-hidden="true" />}
        title={t('error.title')}
        text={t('error.text')}
        action={<Button onClick={() => window.location.reload()}>{t('error.reload')}</Button>}
      />
    </div>
  )
}

export function Missing() {
  const t = layoutTexts.useT()
  return (
    <Center mih="60dvh">
      <Empty
        whole
        title={t('error.missingTitle')}
        text={t('error.missingText')}
        action={
          <Button component={Link} to="/dashboard" variant="default">
            {t('error.home')}
          </Button>
        }
      />
    </Center>
  )
}

export function Waiting() {
  const c = common.useT()
  return (
    <Center mih="60dvh">
      <Loader aria-label={c('list.loading')} />
    </Center>
  )
}
