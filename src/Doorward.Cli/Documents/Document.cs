using System.Text.Json.Nodes;

namespace Doorward.Cli.Documents;

/// <summary>A place in a file, counted from 1, written as editors and compilers do; without a line it is the whole of what is named.</summary>
internal readonly record struct Place(string File, long Line, long Column)
{
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

/// <summary>One resource read from a file: the JSON that the API takes, and where each of its fields stands.</summary>
internal sealed record Document(JsonObject Json, IReadOnlyDictionary<string, Place> Places)
{
    /// <summary>Behind a field's name in <see cref="Places"/>: where its text begins, rather than the field.</summary>
    public const string TextOf = "|";

    public required Place Start { get; init; }

    /// <summary>The place of a field such as `hosts[0]` or `cedar`, or of the nearest field around it.</summary>
    public Place Find(string field)
    {
        while (field.Length > 0)
        {
            if (Places.TryGetValue(field, out var place))
            {
                return place;
            }

            field = field[..Math.Max(0, field.LastIndexOfAny(['.', '[']))];
        }

        return Start;
    }
}
