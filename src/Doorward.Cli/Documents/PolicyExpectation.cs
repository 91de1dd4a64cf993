using System.Text.Json.Nodes;

namespace Doorward.Cli.Documents;

/// <summary>One line of a policy test: a question, and the answer it should get.</summary>
internal sealed record PolicyExpectation(JsonObject Question, string Expected, Place Place)
{
    /// <summary>Reads documents of `kind: Expectation`, whose name says what they are about.</summary>
    public static IReadOnlyList<PolicyExpectation> ReadAll(string path) => [.. DocumentReader.ReadAll(path).Select(Of)];

    private static PolicyExpectation Of(Document document)
    {
        if (document.Json["kind"]?.ToString() != "Expectation")
        {
            throw Wrong(document, "", "this is not an expectation", "write `kind: Expectation`");
        }

        var question = document.Json["spec"]!.DeepClone().AsObject();
        var expected = question["expect"]?.ToString();
        if (expected is not ("allow" or "deny"))
        {
            throw Wrong(document, "expect", "`expect` is neither allow nor deny", "write `expect: allow` or `expect: deny`");
        }

        foreach (var required in (string[])["user", "application"])
        {
            if (question[required] is not JsonValue)
            {
                throw Wrong(document, required, $"`{required}` is missing", $"say the {required} by name");
            }
        }

        question.Remove("expect");
        question["action"] ??= "read";
        return new PolicyExpectation(question, expected, document.Start);
    }

    private static CommandFailure Wrong(Document document, string field, string what, string fix) =>
        new(what, fix, document.Find(field).ToString());
}
