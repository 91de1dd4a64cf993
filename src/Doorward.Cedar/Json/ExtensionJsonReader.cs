using System.Text.Json;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Json;

/// <summary>Reads <c>{"fn": "ip", "arg": "10.0.0.1"}</c>, and with several arguments <c>{"fn": "offset", "args": [.., ..]}</c>.</summary>
internal sealed class ExtensionJsonReader(CedarJsonReader values)
{
    private const string Shape = "An extension value is written as {\"fn\": \"ip\", \"arg\": \"10.0.0.1\"}.";

    public CedarValue? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return values.Fail<CedarValue>(ref reader, Shape);
        string? function = null;
        CedarValue[]? arguments = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isFunction = reader.ValueTextEquals("fn"u8);
            var isOne = reader.ValueTextEquals("arg"u8);
            if (isFunction ? function is not null : arguments is not null || !(isOne || reader.ValueTextEquals("args"u8)))
                return values.Fail<CedarValue>(ref reader, Shape);
            reader.Read();
            if (isFunction)
            {
                if (reader.TokenType != JsonTokenType.String) return values.Fail<CedarValue>(ref reader, Shape);
                function = reader.GetString();
            }
            else if ((arguments = isOne ? ReadOne(ref reader) : ReadSeveral(ref reader)) is null) return null;
        }
        return function is null || arguments is null ? values.Fail<CedarValue>(ref reader, Shape) : Call(ref reader, function, arguments);
    }

    private CedarValue[]? ReadOne(ref Utf8JsonReader reader)
    {
        values.Enter("arg");
        var value = values.ReadValue(ref reader);
        values.Leave();
        return value is null ? null : [value];
    }

    private CedarValue[]? ReadSeveral(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            values.Fail<CedarValue>(ref reader, "Several arguments are written as an array.");
            return null;
        }
        values.Enter("args");
        var arguments = new List<CedarValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Enter(arguments.Count);
            if (values.ReadValue(ref reader) is not { } argument) return null;
            values.Leave();
            arguments.Add(argument);
        }
        values.Leave();
        return [.. arguments];
    }

    private CedarValue? Call(ref Utf8JsonReader reader, string name, CedarValue[] arguments)
    {
        if (ExtensionFunctions.Find(name) is not { Constructs: true } function)
        {
            return values.Fail<CedarValue>(
                ref reader, $"{CedarText.Quote(name)} gives no extension value; known are decimal, ip, datetime, duration and offset.");
        }
        var outcome = function.Call(arguments);
        return outcome.Value ?? values.Fail<CedarValue>(ref reader, outcome.Message);
    }
}
