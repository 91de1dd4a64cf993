using YamlDotNet.Core;

namespace Doorward.Cli.Documents;

/// <summary>What a text that is no YAML gets wrong, in words for whoever writes resources, at its line and column.</summary>
internal static class YamlFault
{
    // By what the parser's own sentence contains; the first that fits. Those sentences are about its states, not about the file.
    private static readonly (string Sign, string What, string Fix)[] Known =
    [
        ("tab", "a tab stands where spaces indent", "indent with spaces"),
        ("flow sequence", "a list that was opened with [ is not closed before here", "separate its entries with commas and close it with ]"),
        ("flow mapping", "fields that were opened with { are not closed before here", "separate them with commas and close them with }"),
        ("quoted scalar, found unexpected", "a text that was opened with a quotation mark is not closed", "close it with the same mark"),
        ("quoted scalar, found wrong indentation", "a text in quotation marks goes on in a line that is not indented", "indent the line, or close the text before it"),
        ("quoted scalar", "a backslash in this text begins nothing that is known", "write \\\\ for a backslash, or use single quotation marks"),
        ("block scalar, found more spaces", "the first line of the text is indented less than those before it", "indent all lines of the text alike"),
        ("block scalar, found extra spaces", "the first line of the text is indented less than those before it", "indent all lines of the text alike"),
        ("block scalar", "behind | or > stands what does not belong there", "begin the text on the next line, indented"),
        ("found invalid mapping", "a second `name: value` begins here, on one line or indented more than the first", "give each field a line of its own, indented alike; put quotation marks around a value that has a colon in it"),
        ("Mapping values are not allowed", "a second `name: value` begins here, on one line or indented more than the first", "give each field a line of its own, indented alike; put quotation marks around a value that has a colon in it"),
        ("could not find expected ':'", "a field is not `name: value`", "write a colon and a space behind its name"),
        ("cannot start any token", "a value cannot begin with this character", "put quotation marks around the value"),
        ("did not find expected key", "this is neither a field of what stands above nor the end of it", "indent the fields of one thing alike, and put quotation marks around a whole value"),
        ("did not find expected '-'", "an entry of the list above does not begin with a hyphen", "write `- ` before each entry, indented alike"),
        ("sequence entries are not allowed", "a list entry stands where none can", "begin the list on a line of its own"),
        ("before sequence entry", "a list entry stands where none can", "begin the list on a line of its own"),
        ("tag", "anchors, aliases and tags are not taken", "write the value out"),
        ("anchor", "anchors, aliases and tags are not taken", "write the value out"),
        ("directive", "a line that begins with % is not taken", "remove it"),
        ("comment", "a comment stands where none can", "put it on a line of its own"),
        ("document", "a document begins or ends where it cannot", "put `---` alone on the line between two documents"),
    ];

    private static readonly (string Sign, string What, string Fix) Unknown =
        ("", "this cannot be read as YAML", "write `name: value`, one a line, indented with spaces");

    public static CommandFailure Of(YamlException error, string file)
    {
        var said = error.InnerException?.Message ?? error.Message;
        var (_, what, fix) = Known.FirstOrDefault(known => said.Contains(known.Sign, StringComparison.OrdinalIgnoreCase), Unknown);
        return new CommandFailure(what, fix, new Place(file, error.Start.Line, error.Start.Column).ToString(), error);
    }
}
