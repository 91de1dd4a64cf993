namespace Doorward.Control.Api;

/// <summary>What lists are searched for.</summary>
internal static class SearchText
{
    private const int Longest = 64;

    public static ApiProblem? Refuse(string? text) => text?.Length > Longest
        ? ApiProblem.BadRequest("The search is too long.", "search", $"Use up to {Longest} characters.")
        : null;
}
