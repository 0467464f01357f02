import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { queryClient } from '../../api/session'
import type { Mail } from '../../api/types'
import { complain, toast } from '../../ui/toast'
import { mailTexts } from './texts'

/** Retry tries to send a mail that nobody tries to send any more. */
export function Retry({ mail }: { mail: Mail }) {
  const t = mailTexts.useT()
  const may = useMay()
  const retry = useMutation({
    mutationFn: (id: string) => ok(api.POST('/jobs/{id}/retry', { params: { path: { id } } })),
    onSuccess: async () => {
      toast(t('retried'))
      await Promise.all(
        ['mails', 'mail', 'jobs', 'dashboard'].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key] }),
        ),
      )
    },
    onError: complain,
  })
  const job = mail.failed_job_id
  if (!job || !may('job:manage')) return null
  return (
    <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate(job)}>
      {t('retry')}
    </Button>
  )
}
