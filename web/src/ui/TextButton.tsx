import { Anchor, type AnchorProps } from '@mantine/core'
import type { ComponentPropsWithoutRef } from 'react'

/** TextButton is a button that stands in a line of text. */
export function TextButton(props: AnchorProps & ComponentPropsWithoutRef<'button'>) {
  return <Anchor ta="left" {...props} component="button" type="button" />
}
