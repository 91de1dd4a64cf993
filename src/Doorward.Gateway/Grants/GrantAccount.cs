namespace Doorward.Gateway.Grants;

/// <summary>What of a grant has been told upward already. One accountant at a time writes it.</summary>
internal sealed class GrantAccount(DateTimeOffset opened)
{
    /// <summary>Requests in count records so far; the first stands in the decision record.</summary>
    public long Counted { get; set; } = 1;

    public DateTimeOffset CountedSince { get; set; } = opened;
}
