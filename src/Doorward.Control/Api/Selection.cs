namespace Doorward.Control.Api;

/// <summary>A selection that somebody made in a list: bounded, so that its record names each.</summary>
internal static class Selection
{
    public const int Most = 200;

    /// <summary>Why it cannot be told what is meant, or null.</summary>
    public static ApiProblem? Refuse(bool clear, string things, string ways, IReadOnlyList<string>? ids)
    {
        if (!clear) return ApiProblem.BadRequest($"It is not clear which {things} are meant.", "id", $"Give exactly one of {ways}.");
        return ids switch
        {
            null => null,
            { Count: 0 } => ApiProblem.BadRequest($"No {things} are named.", "ids", "Name at least one."),
            { Count: > Most } => ApiProblem.BadRequest($"Too many {things} at once.", "ids", $"Name up to {Most}, or use another way."),
            _ => ids.Any(static id => string.IsNullOrEmpty(id)) ? ApiProblem.BadRequest("An id is empty.", "ids", "Leave it out.") : null,
        };
    }
}
