import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { queryClient } from '../../api/session'
import { complain, toast } from '../../ui/toast'
import { jobTexts } from './texts'

/** Retry gives a job that was given up another try, and shows nothing where there is none. */
export function Retry({ id }: { id: string | null }) {
  const t = jobTexts.useT()
  const may = useMay()
  const retry = useMutation({
    mutationFn: (job: string) => ok(api.POST('/jobs/{id}/retry', { params: { path: { id: job } } })),
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
  if (!id || !may('job:manage')) return null
  return (
    <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate(id)}>
      {t('retry')}
    </Button>
  )
}
