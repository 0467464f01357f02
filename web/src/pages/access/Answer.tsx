import { Alert, Button, Group, Skeleton, Text, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api, ok } from '../../api/client'
import type { AccessRequest } from '../../api/types'
import { sayProblem } from '../../api/words'
import { Facts } from '../../ui/Facts'
import { Door } from '../session/Door'
import { ownerTexts } from './ownerTexts'

const route = getRouteApi('/answer')

/** Answer is where the link in an owner's mail leads. Opening it answers nothing: its buttons do. */
export function Answer() {
  const t = ownerTexts.useT()
  const { token } = route.useSearch()
  if (!token) return <Said title={t('link.missingTitle')} text={t('link.missingText')} />
  return <Asked token={token} />
}

function Asked({ token }: { token: string }) {
  const t = ownerTexts.useT()
  const query = useQuery({
    queryKey: ['answer', token],
    queryFn: () => ok(api.POST('/access-requests/read', { body: { token } })),
    retry: false,
    refetchOnWindowFocus: false,
  })
  const answer = useMutation({
    mutationFn: (answer: 'approve' | 'deny') =>
      ok(api.POST('/access-requests/answer', { body: { token, answer } })),
  })
  if (answer.data) {
    const yes = answer.data.state === 'approved'
    return (
      <Said
        title={t(yes ? 'link.yesTitle' : 'link.noTitle')}
        text={t(yes ? 'link.yesText' : 'link.noText')}
      />
    )
  }
  if (query.error) return <Said title={t('link.overTitle')} text={sayProblem(query.error)} />
  if (!query.data) {
    return (
      <Door>
        <Skeleton height={180} radius="lg" aria-busy="true" />
      </Door>
    )
  }
  return <Question request={query.data} answer={answer} />
}

function Question(props: {
  request: AccessRequest
  answer: { mutate: (answer: 'approve' | 'deny') => void; isPending: boolean; error: unknown }
}) {
  const t = ownerTexts.useT()
  const { request, answer } = props
  const actor = [request.actor.name, request.actor.employer].filter(Boolean).join(', ')
  return (
    <Said title={t('link.title')} text={t('link.lead', { actor, name: request.subject.name })}>
      <Facts
        facts={[
          [
            t('link.reason'),
            <span key="reason" className="ik-said">
              {request.reason}
            </span>,
          ],
          [t('link.wants'), request.mode === 'change' ? t('asksChange') : t('asksLook')],
        ]}
      />
      {answer.error !== null && (
        <Alert color="clay" role="alert" mt="md">
          {sayProblem(answer.error)}
        </Alert>
      )}
      <Group mt="lg" gap="xs">
        <Button onClick={() => answer.mutate('approve')} disabled={answer.isPending}>
          {t('approve')}
        </Button>
        <Button variant="default" onClick={() => answer.mutate('deny')} disabled={answer.isPending}>
          {t('deny')}
        </Button>
      </Group>
    </Said>
  )
}

function Said({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Door>
      <Title order={1}>{title}</Title>
      <Text c="dimmed" size="sm" mt={4} mb="lg">
        {text}
      </Text>
      {children}
    </Door>
  )
}
