namespace Doorward.Core.Applications;

/// <summary>A number and what it counts, as a person says it: 1 document, 2 documents.</summary>
public static class Counted
{
    public static string Of(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
