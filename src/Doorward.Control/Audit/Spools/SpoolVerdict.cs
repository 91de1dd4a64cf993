namespace Doorward.Control.Audit;

/// <summary>How a batch of a gateway's numbered records joins what the log already has of that spool.</summary>
public abstract record SpoolVerdict
{
    private SpoolVerdict()
    {
    }

    /// <summary>It follows directly.</summary>
    public sealed record InOrder : SpoolVerdict;

    /// <summary>The records with these numbers never arrived: an audit error.</summary>
    public sealed record Missing(long From, long To) : SpoolVerdict;

    /// <summary>The records with these numbers are in the log already (an answer was lost); those after them are new.</summary>
    public sealed record Duplicate(long From, long To) : SpoolVerdict;
}
