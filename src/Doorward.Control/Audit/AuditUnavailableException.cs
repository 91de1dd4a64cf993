namespace Doorward.Control.Audit;

/// <summary>The audit log cannot take a record now; whatever needed the record must be denied.</summary>
public sealed class AuditUnavailableException : Exception
{
    public AuditUnavailableException(string message)
        : base(message)
    {
    }

    public AuditUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
