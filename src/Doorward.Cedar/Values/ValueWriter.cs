using System.Text;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar;

/// <summary>Writes values as Cedar expressions.</summary>
internal static class ValueWriter
{
    public static string Write(CedarValue value)
    {
        var builder = new StringBuilder();
        Append(builder, value);
        return builder.ToString();
    }

    public static void Append(StringBuilder builder, CedarValue value)
    {
        switch (value)
        {
            case BooleanValue boolean: builder.Append(boolean.Value ? "true" : "false"); break;
            case LongValue number: builder.Append(number.Value); break;
            case StringValue text: builder.Append(CedarText.Quote(text.Value)); break;
            case EntityValue entity: builder.Append(entity.Uid); break;
            case SetValue set: AppendSet(builder, set); break;
            case RecordValue record: AppendRecord(builder, record); break;
            case DecimalValue number: builder.Append("decimal(\"").Append(number.Text).Append("\")"); break;
            case IpAddressValue address: builder.Append("ip(\"").Append(address.Text).Append("\")"); break;
            case DurationValue duration: builder.Append("duration(\"").Append(duration.Text).Append("\")"); break;
            case DateTimeValue { Text: { } text }: builder.Append("datetime(\"").Append(text).Append("\")"); break;
            // Outside the years 0 to 9999 there is no literal: an offset from the epoch says the same.
            case DateTimeValue dateTime:
                builder.Append("datetime(\"1970-01-01\").offset(duration(\"").Append(dateTime.Milliseconds).Append("ms\"))");
                break;
            default: throw new InvalidOperationException($"There is no syntax for {value.GetType().Name}.");
        }
    }

    private static void AppendSet(StringBuilder builder, SetValue set)
    {
        builder.Append('[');
        var first = true;
        foreach (var element in set)
        {
            if (!first) builder.Append(", ");
            first = false;
            Append(builder, element);
        }
        builder.Append(']');
    }

    private static void AppendRecord(StringBuilder builder, RecordValue record)
    {
        builder.Append('{');
        var first = true;
        foreach (var (name, value) in record)
        {
            if (!first) builder.Append(", ");
            first = false;
            builder.Append(CedarText.IsIdentifier(name) ? name : CedarText.Quote(name)).Append(": ");
            Append(builder, value);
        }
        builder.Append('}');
    }
}
