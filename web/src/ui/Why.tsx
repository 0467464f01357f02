import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import { type ComponentPropsWithoutRef, useId } from 'react'

type Props = ButtonProps & ComponentPropsWithoutRef<'button'> & { whyNot: string | null }

/** WhyButton is a button that, where it may not be used, stays reachable and says why. */
export function WhyButton({ whyNot, onClick, ...rest }: Props) {
  const id = useId()
  if (!whyNot) return <Button {...rest} onClick={onClick} />
  return (
    <>
      <Tooltip label={whyNot} events={{ hover: true, focus: true, touch: true }}>
        <Button
          {...rest}
          aria-disabled="true"
          aria-describedby={id}
          data-disabled
          onClick={(event) => event.preventDefault()}
        />
      </Tooltip>
      <span id={id} hidden>
        {whyNot}
      </span>
    </>
  )
}
