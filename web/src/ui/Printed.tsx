import { Button, type ButtonProps, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { common } from '../i18n/common'
import { exactly } from '../i18n/format'

/** PrintButton puts the page on paper, without what cannot be used there. */
export function PrintButton({ size }: Pick<ButtonProps, 'size'>) {
  const t = common.useT()
  return (
    <Button
      variant="default"
      size={size}
      className="ik-no-print"
      leftSection={<IconPrinter size={size === 'xs' ? 15 : 16} stroke={1.6} aria-hidden="true" />}
      onClick={() => window.print()}
    >
      {t('act.print')}
    </Button>
  )
}

/** Printed says on paper when it was printed: times without a day are of that one. */
export function Printed() {
  const t = common.useT()
  const [at, setAt] = useState(() => new Date().toISOString())
  useEffect(() => {
    const now = () => flushSync(() => setAt(new Date().toISOString()))
    window.addEventListener('beforeprint', now)
    return () => window.removeEventListener('beforeprint', now)
  }, [])
  return (
    <Text className="ik-print-only" size="sm" mb="sm">
      {t('printed', { at: exactly(at) })}
    </Text>
  )
}
