using System.CommandLine;
using Doorward.Cedar;
using Doorward.Cedar.Schemas;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>The files that the commands of the policy language read, and their failures with place and fix.</summary>
internal static class CedarSources
{
    public static readonly Option<FileInfo> Policies = new("--policies", "-p") { Description = "Cedar policies, as text or JSON", HelpName = "FILE", Required = true };
    public static readonly Option<FileInfo?> SomePolicies = new("--policies", "-p") { Description = "Cedar policies, as text or JSON", HelpName = "FILE" };
    public static readonly Option<FileInfo> RequiredSchema = new("--schema", "-s") { Description = "Cedar schema, in either syntax", HelpName = "FILE", Required = true };
    public static readonly Option<FileInfo?> Schema = new("--schema", "-s") { Description = "Cedar schema, in either syntax", HelpName = "FILE" };

    /// <summary>Whole installations are read at once here, so that more is allowed than for one policy of a form.</summary>
    public static readonly ParserOptions Limits = new() { MaxLength = 4 << 20 };

    public static async Task<PolicySet> ReadPoliciesAsync(FileInfo file, CancellationToken cancel)
    {
        var text = await File.ReadAllTextAsync(file.FullName, cancel);
        var result = IsJson(text) ? PolicyJson.ReadSet(text, Limits) : PolicySet.Parse(text, Limits);
        return result.PolicySet ?? throw Failure(file, result.Errors);
    }

    public static async Task<Schema> ReadSchemaAsync(FileInfo file, CancellationToken cancel)
    {
        var result = Doorward.Cedar.Schemas.Schema.ParseAny(await File.ReadAllTextAsync(file.FullName, cancel), Limits);
        return result.Schema ?? throw Failure(file, result.Errors);
    }

    public static async Task<T> ReadJsonAsync<T>(FileInfo? file, T absent, Func<byte[], JsonReadResult<T>> read, CancellationToken cancel)
        where T : class
    {
        if (file is null)
        {
            return absent;
        }

        var result = read(await File.ReadAllBytesAsync(file.FullName, cancel));
        return result.Success ? result.Value : throw new CommandFailure(result.Error.Message, "correct it there", $"{file.FullName}: {result.Error.Path}");
    }

    public static CommandFailure Failure(FileInfo file, IReadOnlyList<ParseError> errors) => Failure(file.FullName, errors);

    /// <summary>The first error, at its line and column; the rest is counted.</summary>
    public static CommandFailure Failure(string file, IReadOnlyList<ParseError> errors)
    {
        var (first, rest) = (errors[0], errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "");
        return new CommandFailure(first.Message.TrimEnd('.') + rest, first.Hint, $"{file}:{first.Location.Line}:{first.Location.Column}");
    }

    /// <summary>No policy text begins with a brace.</summary>
    public static bool IsJson(string text) => text.AsSpan().TrimStart() is ['{', ..];
}
