using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cedar.Validation;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>
/// `cedar batch`: one JSON object a line in, one a line out, in order, each flushed, so that a program in any language can use the
/// policy language through a pipe. A line that cannot be answered gets <c>{"error": ".."}</c>.
/// </summary>
internal sealed class CedarBatch(Stream input, TextWriter output)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1 << 20 };

    // What is given twice would be read by one and passed over by another.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly CedarBatchValues _values = new();

    public async Task RunAsync(CancellationToken cancel)
    {
        using var reader = new StreamReader(input, new UTF8Encoding(false));
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            await output.WriteAsync(Answer(line) + "\n");
            await output.FlushAsync(cancel);
        }
    }

    private string Answer(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Strict);
            return Answer(json.RootElement);
        }
        catch (JsonException exception)
        {
            return Error($"This line is no JSON: {exception.Message}");
        }
        catch (CedarBatchRefusal refusal)
        {
            return Error(refusal.Message);
        }
#pragma warning disable CA1031 // Whatever is wrong with one line, those behind it are answered.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Error(exception.Message);
        }
    }

    private string Answer(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new CedarBatchRefusal("A line is a JSON object.");
        }

        return (CedarBatchValues.Text(line, "op") ?? throw new CedarBatchRefusal("The member op is missing.")) switch
        {
            "authorize" => Authorize(line),
            "validate" => Validate(line),
            "format" => Format(line),
            "translate" => Translate(line),
            var other => throw new CedarBatchRefusal($"There is no op '{other}'; known are authorize, validate, format and translate."),
        };
    }

    private string Authorize(JsonElement line)
    {
        var policies = _values.Policies(line, out var errors) ?? throw new CedarBatchRefusal(errors[0].ToString());
        var schema = _values.Schema(line);
        var entities = _values.Entities(line, schema);
        var request = CedarBatchValues.Request(line, schema);
        if (schema is not null && line.TryGetProperty("validateRequest", out var validate) && validate.ValueKind == JsonValueKind.True
            && RequestValidator.Validate(schema, request) is [var error, ..])
        {
            throw new CedarBatchRefusal($"The request does not agree with the schema: {error}");
        }

        var response = Authorizer.IsAuthorized(policies, entities, request);
        return Write(new JsonObject
        {
            ["decision"] = response.Decision == Decision.Allow ? "allow" : "deny",
            ["reason"] = new JsonArray([.. response.Reasons.Select(id => JsonValue.Create(id))]),
            ["errors"] = new JsonArray([.. response.Errors.Select(failure => JsonValue.Create(failure.PolicyId))]),
        });
    }

    private string Validate(JsonElement line)
    {
        var schema = _values.Schema(line) ?? throw new CedarBatchRefusal("The member schema is missing.");
        var policies = _values.Policies(line, out var errors);
        var result = policies is null ? null : new PolicyValidator(schema).Validate(policies);
        return Write(new JsonObject
        {
            ["valid"] = result?.IsValid == true,
            ["errors"] = new JsonArray([.. result?.Errors.Select(CedarFindings.Describe) ?? errors.Select(CedarFindings.Describe)]),
            ["warnings"] = new JsonArray([.. result?.Warnings.Select(CedarFindings.Describe) ?? []]),
        });
    }

    private string Format(JsonElement line)
    {
        var result = PolicyFormatter.Format(_values.PolicyText(line), CedarSources.Limits);
        return result.Text is { } text ? Write(new JsonObject { ["text"] = text }) : throw new CedarBatchRefusal(result.Errors[0].ToString());
    }

    // A chain of operators nests deeper in JSON than the framework's own tree may be, so its text is passed on as it is.
    private string Translate(JsonElement line)
    {
        var text = _values.PolicyText(line);
        var policies = _values.Policies(line, out var errors) ?? throw new CedarBatchRefusal(errors[0].ToString());
        return CedarSources.IsJson(text) ? Write(new JsonObject { ["text"] = CedarTranslate.Text(policies) }) : $"{{\"json\":{PolicyJson.Write(policies)}}}";
    }

    private static string Error(string message) => Write(new JsonObject { ["error"] = message });

    private static string Write(JsonObject answer) => answer.ToJsonString(Plain);
}

/// <summary>Why a line gets an error instead of an answer.</summary>
internal sealed class CedarBatchRefusal(string message) : Exception(message);
