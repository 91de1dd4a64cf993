namespace Doorward.Control.Audit;

/// <summary>Proof for the caller that its records are durable and under a signed checkpoint.</summary>
/// <param name="First">Sequence number of the first (or only) record.</param>
/// <param name="Last">Sequence number of the last record; records of one append are consecutive.</param>
/// <param name="TreeSize">Size of the checkpoint that covers them.</param>
public readonly record struct AuditReceipt(long First, long Last, long TreeSize);
