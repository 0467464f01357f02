import { Alert, Button, CloseButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import { sayFields } from '../../api/words'
import { common } from '../../i18n/common'
import { parseSearch, stringifySearch, words } from '../../search'
import { Fetched } from '../../ui/Fetched'
import { TextButton } from '../../ui/TextButton'
import { complain } from '../../ui/toast'
import { type ActivitySearch, activityWords, anyFilter } from './filters'
import { activityTexts } from './texts'

interface Props {
  search: ActivitySearch
  /** What the page is about: it is kept with a filter, and no filter changes it. */
  fixed: ActivitySearch
  go: (search: ActivitySearch) => void
  onClose: () => void
}

const key = ['saved-filters']
const renew = () => queryClient.invalidateQueries({ queryKey: key })
const read = words(...activityWords)

/** SavedFilters are the questions that a person asks again: one click leads back to each. */
export default function SavedFilters({ search, fixed, go, onClose }: Props) {
  const t = activityTexts.useT()
  const c = common.useT()
  const query = useQuery({ queryKey: key, queryFn: () => ok(api.GET('/activity/filters')) })
  const remove = useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/activity/filters/{id}', { params: { path: { id } } })),
    onSettled: renew,
    onError: complain,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('saved.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <Stack gap="md">
        <Fetched query={query} height={60}>
          {({ filters }) =>
            filters.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('saved.none')}
              </Text>
            ) : (
              <Stack component="ul" gap={4} p={0} m={0} style={{ listStyle: 'none' }}>
                {filters.map((filter) => (
                  <Group component="li" key={filter.id} justify="space-between" wrap="nowrap">
                    <TextButton
                      size="sm"
                      className="ik-said"
                      onClick={() => {
                        go(without(read(parseSearch(filter.query)), fixed))
                        onClose()
                      }}
                    >
                      {filter.name}
                    </TextButton>
                    <CloseButton
                      size="sm"
                      aria-label={t('saved.remove', { name: filter.name })}
                      onClick={() => remove.mutate(filter.id)}
                    />
                  </Group>
                ))}
              </Stack>
            )
          }
        </Fetched>
        <Save search={search} fixed={fixed} />
      </Stack>
    </Modal>
  )
}

/** without leaves out what the page itself is about. */
function without(search: ActivitySearch, fixed: ActivitySearch): ActivitySearch {
  return Object.fromEntries(Object.entries(search).filter(([name]) => !(name in fixed)))
}

function Save({ search, fixed }: Pick<Props, 'search' | 'fixed'>) {
  const t = activityTexts.useT()
  const [name, setName] = useState('')
  const { cursor: _cursor, ...kept } = search
  const save = useMutation({
    mutationFn: () =>
      ok(
        api.POST('/activity/filters', {
          body: { name, query: stringifySearch({ ...kept, ...fixed }).slice(1) },
        }),
      ),
    onSuccess: () => {
      setName('')
      return renew()
    },
  })
  if (!anyFilter(search)) {
    return (
      <Text size="sm" c="dimmed">
        {t('saved.choose')}
      </Text>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack gap="xs">
        <TextInput
          label={t('saved.name')}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        {save.error && <Alert color="clay">{sayFields(save.error)}</Alert>}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t('saved.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
