import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { knowing } from '../../api/proof'
import { stepUp } from '../../api/signing'
import { fieldErrors } from '../../api/words'
import { toast } from '../../ui/toast'
import { passwordProblem } from '../session/password'
import { meTexts } from './texts'

const empty = { current_password: '', new_password: '', repeat: '' }

/** PasswordForm changes one's own password. */
export function PasswordForm() {
  const t = meTexts.useT()
  const form = useForm({
    initialValues: empty,
    validate: {
      current_password: (value) => (value ? null : t('password.missing')),
      new_password: (value, values) =>
        passwordProblem(value, values.repeat) === 'short' ? t('password.short') : null,
      repeat: (value, values) =>
        passwordProblem(values.new_password, value) === 'differs' ? t('password.differs') : null,
    },
  })
  const save = useMutation({
    mutationFn: ({ current_password, new_password }: typeof empty) =>
      knowing(
        () => stepUp(current_password),
        () => ok(api.PUT('/me/password', { body: { current_password, new_password } })),
      ),
    onSuccess: () => {
      form.reset()
      toast(t('password.done'))
    },
    onError: (error) => form.setErrors(fieldErrors(error, Object.keys(empty)).fields),
  })
  const rest = save.error ? fieldErrors(save.error, Object.keys(empty)).rest : null
  return (
    <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <PasswordInput
          label={t('password.current')}
          autoComplete="current-password"
          {...form.getInputProps('current_password')}
        />
        <PasswordInput
          label={t('password.next')}
          autoComplete="new-password"
          {...form.getInputProps('new_password')}
        />
        <PasswordInput
          label={t('password.repeat')}
          autoComplete="new-password"
          {...form.getInputProps('repeat')}
        />
        {rest && (
          <Alert color="clay" role="alert">
            {rest}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t('password.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
