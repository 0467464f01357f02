// Package ledger owns the proof that the record was not changed after it was made:
// every audit event becomes a leaf of a Merkle tree (RFC 6962 §2.1), whose signed
// heads commit to all leaves before them. What happened, and who may read it, is
// left to audit.
//
//	event ── Seal ──▶ leaf: number, number in its account, salt, canonical text
//	leaves ─────────▶ tree ── signed ──▶ head
//	leaf + path to a head ──▶ Receipt, which anybody can check without us
//
// Leaves of one account are numbered without gaps, so that one that is missing
// shows. The limit: it proves that nothing was changed or taken out after it was
// sealed; that an act is in the record at all rests on "no event, no change".
package ledger
