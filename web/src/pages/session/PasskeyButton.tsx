import { Button, type ButtonProps } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import type { ComponentPropsWithoutRef } from 'react'

/** PasskeyButton asks a device. `first`: it is the way that is meant. */
export function PasskeyButton({
  first,
  ...rest
}: { first?: boolean } & ButtonProps & ComponentPropsWithoutRef<'button'>) {
  return (
    <Button
      {...rest}
      type="button"
      size="md"
      variant={first ? 'filled' : 'default'}
      leftSection={<IconFingerprint size={18} aria-hidden="true" />}
    />
  )
}
