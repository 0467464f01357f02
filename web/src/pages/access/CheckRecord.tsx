import { Alert, Button, Code, Group, Text } from '@mantine/core'
import { IconCertificate, IconShieldCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, ok, send } from '../../api/client'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { exactly, number } from '../../i18n/format'
import { Broken, type Checked, canCheck, check } from './check'
import { accessTexts } from './texts'

interface Props {
  /** Where the document is, and how it is called when it is kept. */
  url: string
  file: string
  /** What the page shows of it: the document must have all of that. */
  shown?: readonly { seq: number }[]
  say: (checked: Checked) => ReactNode
}

/**
 * CheckRecord hands out a proof, and checks it right here: the server is not asked whether it is right. It also says
 * how it is checked without us.
 */
export function CheckRecord({ url, file, shown = [], say }: Props) {
  const t = accessTexts.useT()
  const checking = useMutation({ mutationFn: () => fetched(url, shown) })
  return (
    <>
      <Group mt="sm" gap="xs">
        <Button
          onClick={() => checking.mutate()}
          loading={checking.isPending}
          leftSection={<IconShieldCheck size={16} stroke={1.6} aria-hidden="true" />}
        >
          {t('check.act')}
        </Button>
        <Button
          component="a"
          href={url}
          download={file}
          variant="default"
          leftSection={<IconCertificate size={16} stroke={1.6} aria-hidden="true" />}
        >
          {t('receipt.take')}
        </Button>
      </Group>
      <div aria-live="polite">
        {checking.data === null && <Text mt="sm">{t('check.cannot')}</Text>}
        {checking.data && <Held checked={checking.data}>{say(checking.data)}</Held>}
        {checking.error && <Refused error={checking.error} />}
      </div>
      <Text size="xs" c="dimmed" mt="sm">
        {t('receipt.how')} <Code>innkeeper audit verify {short(file)}</Code>
      </Text>
    </>
  )
}

/** short leaves enough of a file's name to know it by. */
const short = (file: string) => (file.length > 24 ? `${file.slice(0, 18)}….json` : file)

/** Refused tells a document that does not hold from one that could not be fetched. */
function Refused({ error }: { error: unknown }) {
  const t = accessTexts.useT()
  const c = common.useT()
  const broken = error instanceof Broken
  return (
    <Alert color="clay" mt="sm" title={broken ? t('check.brokenTitle') : c('error.failed')}>
      {broken ? error.message : sayProblem(error)}
    </Alert>
  )
}

function Held({ checked, children }: { checked: Checked; children: ReactNode }) {
  const t = accessTexts.useT()
  return (
    <Alert color="pine" mt="sm" title={t('check.holds')} styles={{ message: { color: 'inherit' } }}>
      <Text size="sm">{children}</Text>
      <Text size="sm" mt={4}>
        {t('check.how', {
          records: number(checked.records.length),
          size: number(checked.size),
          at: exactly(checked.at),
        })}
      </Text>
      {checked.erasedAt && (
        <Text size="sm" mt={4}>
          {t('check.erased', { count: checked.erased, at: exactly(checked.erasedAt) })}
        </Text>
      )}
      {checked.links.map((link) => (
        <Text key={`${link.epoch} ${link.size} ${link.at}`} size="sm" mt={4} className="ik-said">
          {link.kind === 'epoch'
            ? t('check.epoch', {
                at: exactly(link.at),
                size: link.size,
                lost: link.lost,
                reason: link.reason,
              })
            : t('check.key', { at: exactly(link.at) })}
        </Text>
      ))}
      <Text size="xs" c="dimmed" mt={4} style={{ overflowWrap: 'anywhere' }}>
        {t('check.keyIs', { key: checked.key })}
      </Text>
    </Alert>
  )
}

/** fetched checks the document as it comes from the server; null where the browser cannot. */
async function fetched(url: string, shown: readonly { seq: number }[]): Promise<Checked | null> {
  if (!(await canCheck())) return null
  const checked = await check(await (await send('GET', url)).text())
  const { key, history } = await ok(api.GET('/record-key'))
  const known = [history[0]?.by ?? key, ...history.map((link) => link.key)]
  if (!checked.keys.some((of) => known.includes(of))) throw new Broken(accessTexts.t()('check.otherKey'))
  const sealed = new Set(checked.records.map(({ seq }) => seq))
  if (!shown.every(({ seq }) => sealed.has(seq))) throw new Broken(accessTexts.t()('check.more'))
  return checked
}
