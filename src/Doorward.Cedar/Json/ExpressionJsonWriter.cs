using System.Text;
using System.Text.Json;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Json;

/// <summary>Writes expressions in the JSON policy format. Chains become left-nested pairs, written without recursion.</summary>
internal sealed class ExpressionJsonWriter(Utf8JsonWriter writer)
{
    public void Write(Expression expression)
    {
        switch (expression)
        {
            case AndExpression and: WriteChain(and.Operands, _ => "&&"); break;
            case OrExpression or: WriteChain(or.Operands, _ => "||"); break;
            case ProductExpression product: WriteChain(product.Factors, _ => "*"); break;
            case SumExpression sum: WriteChain([sum.First, .. sum.Terms.Select(term => term.Operand)], i => sum.Terms[i - 1].IsSubtracted ? "-" : "+"); break;
            case HasExpression has: WriteHas(has); break;
            default:
                writer.WriteStartObject();
                WriteMember(expression);
                writer.WriteEndObject();
                break;
        }
    }

    private void WriteMember(Expression expression)
    {
        switch (expression)
        {
            case LiteralExpression literal: writer.WritePropertyName("Value"); CedarJsonWriter.Write(writer, literal.Value); break;
            case VariableExpression variable: writer.WriteString("Var", variable.ToString()); break;
            case NotExpression not: WriteParts("!", ("arg", not.Operand)); break;
            case NegateExpression negate: WriteParts("neg", ("arg", negate.Operand)); break;
            case IsEmptyExpression isEmpty: WriteParts("isEmpty", ("arg", isEmpty.Operand)); break;
            case IfExpression choice: WriteParts("if-then-else", ("if", choice.Condition), ("then", choice.Then), ("else", choice.Else)); break;
            case BinaryExpression binary: WriteParts(binary.Operator.Name(), ("left", binary.Left), ("right", binary.Right)); break;
            case AttributeExpression attribute: WriteNamed(".", attribute.Target, attribute.Name); break;
            case LikeExpression like: WriteLike(like); break;
            case IsExpression type: WriteIs(type); break;
            case SetExpression set: WriteList("Set", set.Elements); break;
            case ExtensionCallExpression call: WriteList(call.Function, call.Arguments); break;
            case RecordExpression record:
                writer.WriteStartObject("Record");
                foreach (var (name, value) in record.Attributes) WriteProperty(name, value);
                writer.WriteEndObject();
                break;
            default: throw new InvalidOperationException($"There is no JSON for {expression.GetType().Name}.");
        }
    }

    private void WriteChain(IReadOnlyList<Expression> operands, Func<int, string> nameOf)
    {
        for (var i = operands.Count - 1; i > 0; i--)
        {
            writer.WriteStartObject();
            writer.WriteStartObject(nameOf(i));
            writer.WritePropertyName("left");
        }
        Write(operands[0]);
        for (var i = 1; i < operands.Count; i++)
        {
            WriteProperty("right", operands[i]);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    // Older readers of the format know no paths: `a has b.c` is `a has b && a.b has c`.
    private void WriteHas(HasExpression has)
    {
        var steps = has.Steps();
        if (steps.Count > 1)
        {
            WriteChain(steps, _ => "&&");
            return;
        }
        writer.WriteStartObject();
        WriteNamed("has", has.Target, has.Path[0]);
        writer.WriteEndObject();
    }

    private void WriteNamed(string name, Expression target, string attribute)
    {
        writer.WriteStartObject(name);
        WriteProperty("left", target);
        writer.WriteString("attr", attribute);
        writer.WriteEndObject();
    }

    private void WriteLike(LikeExpression like)
    {
        writer.WriteStartObject("like");
        WriteProperty("left", like.Target);
        writer.WriteStartArray("pattern");
        for (var i = 0; i < like.Pattern.Pieces.Count; i++)
        {
            if (i > 0) writer.WriteStringValue("Wildcard");
            foreach (var rune in like.Pattern.Pieces[i].EnumerateRunes()) WriteLiteral(rune);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // As others write it: every code point by itself.
    private void WriteLiteral(Rune rune)
    {
        writer.WriteStartObject();
        writer.WriteString("Literal", rune.ToString());
        writer.WriteEndObject();
    }

    private void WriteIs(IsExpression type)
    {
        writer.WriteStartObject("is");
        WriteProperty("left", type.Target);
        writer.WriteString("entity_type", type.EntityType);
        if (type.In is not null) WriteProperty("in", type.In);
        writer.WriteEndObject();
    }

    private void WriteParts(string name, params ReadOnlySpan<(string Name, Expression Value)> parts)
    {
        writer.WriteStartObject(name);
        foreach (var (part, value) in parts) WriteProperty(part, value);
        writer.WriteEndObject();
    }

    private void WriteList(string name, IReadOnlyList<Expression> elements)
    {
        writer.WriteStartArray(name);
        foreach (var element in elements) Write(element);
        writer.WriteEndArray();
    }

    private void WriteProperty(string name, Expression value)
    {
        writer.WritePropertyName(name);
        Write(value);
    }
}
