import { Text, Title } from '@mantine/core'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { common } from '../../i18n/common'
import { localPath } from '../../visit/path'
import { Door } from './Door'
import { SignInForm } from './SignInForm'
import { sessionTexts } from './texts'

const route = getRouteApi('/sign-in')

export function SignIn() {
  const t = sessionTexts.useT()
  const c = common.useT()
  const { next } = route.useSearch()
  const router = useRouter()
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${c('product')}`
  }, [t, c])
  const enter = () => {
    const place = localPath(next)
    // A visit is another base: only a new page can serve it.
    if (place.startsWith('/as/')) window.location.assign(place)
    else router.history.push(place.startsWith('/sign-in') ? '/dashboard' : place)
  }
  return (
    <Door>
      <Title order={1}>{t('signIn.title')}</Title>
      <Text c="dimmed" size="sm" mt={4} mb="lg">
        {t('signIn.lead')}
      </Text>
      <SignInForm onDone={enter} />
    </Door>
  )
}
