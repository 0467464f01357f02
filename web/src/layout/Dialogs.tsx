import { ConfirmDialog } from '../ui/ConfirmDialog'
import { Toasts } from '../ui/Toasts'
import { Ended } from '../visit/Ended'
import { MakeChangesDialog } from '../visit/MakeChangesDialog'
import { Shortcuts } from './Shortcuts'
import { SignedOut } from './SignedOut'
import { StepUpDialog } from './StepUp'
import { useOverlay } from './shortcuts'

/** Dialogs is what may come up on any page. It is loaded after the first page is shown. */
export default function Dialogs() {
  const overlay = useOverlay()
  return (
    <>
      <MakeChangesDialog />
      <ConfirmDialog />
      <Ended />
      <StepUpDialog />
      <SignedOut />
      <Toasts />
      {overlay === 'shortcuts' && <Shortcuts />}
    </>
  )
}
