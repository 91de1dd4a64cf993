using System.Text;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Syntax;

/// <summary>Writes expressions as Cedar text, with parentheses only where the grammar needs them.</summary>
internal sealed class ExpressionWriter
{
    // How tightly an expression binds, as the levels of the grammar do.
    private enum Level { Conditional, Or, And, Relation, Sum, Product, Unary, Member }

    private readonly StringBuilder _text = new();

    public static string Write(Expression expression)
    {
        var writer = new ExpressionWriter();
        writer.Append(expression, Level.Conditional);
        return writer._text.ToString();
    }

    private static Level LevelOf(Expression expression) => expression switch
    {
        IfExpression => Level.Conditional,
        OrExpression => Level.Or,
        AndExpression => Level.And,
        BinaryExpression { Operator: <= BinaryOperator.In } or HasExpression or LikeExpression or IsExpression => Level.Relation,
        SumExpression => Level.Sum,
        ProductExpression => Level.Product,
        NotExpression or NegateExpression or LiteralExpression { Value: LongValue { Value: < 0 } } => Level.Unary,
        _ => Level.Member,
    };

    private void Append(Expression expression, Level least)
    {
        var bare = LevelOf(expression) >= least;
        if (!bare) _text.Append('(');
        AppendBare(expression);
        if (!bare) _text.Append(')');
    }

    private void AppendBare(Expression expression)
    {
        switch (expression)
        {
            case LiteralExpression literal: ValueWriter.Append(_text, literal.Value); break;
            case VariableExpression variable: _text.Append(NameOf(variable.Variable)); break;
            case AndExpression and: AppendJoined(and.Operands, " && ", Level.Relation); break;
            case OrExpression or: AppendJoined(or.Operands, " || ", Level.And); break;
            case ProductExpression product: AppendJoined(product.Factors, " * ", Level.Unary); break;
            // Four operators in a row are the most that the grammar takes, so each but the first gets parentheses.
            case NotExpression not: Prefix("!", not.Operand); break;
            // -(5) is a negation, -5 a literal.
            case NegateExpression negate: Prefix("-", negate.Operand); break;
            case SumExpression sum: AppendSum(sum); break;
            case IfExpression choice: AppendChoice(choice); break;
            case BinaryExpression binary: AppendBinary(binary); break;
            case IsEmptyExpression isEmpty: Append(isEmpty.Operand, Level.Member); _text.Append(".isEmpty()"); break;
            case AttributeExpression attribute: AppendAttribute(attribute); break;
            case HasExpression has: AppendHas(has); break;
            case LikeExpression like: Append(like.Target, Level.Sum); _text.Append(" like \"").Append(like.Pattern).Append('"'); break;
            case IsExpression type: AppendIs(type); break;
            case SetExpression set: _text.Append('['); AppendJoined(set.Elements, ", ", Level.Conditional); _text.Append(']'); break;
            case RecordExpression record: AppendRecord(record); break;
            case ExtensionCallExpression call: AppendCall(call); break;
            default: throw new InvalidOperationException($"There is no syntax for {expression.GetType().Name}.");
        }
    }

    private static string NameOf(Variable variable) => variable switch
    {
        Variable.Principal => "principal",
        Variable.Action => "action",
        Variable.Resource => "resource",
        _ => "context",
    };

    private void Prefix(string sign, Expression operand)
    {
        _text.Append(sign);
        var bare = LevelOf(operand) == Level.Member && !(sign == "-" && operand is LiteralExpression);
        if (bare) AppendBare(operand);
        else
        {
            _text.Append('(');
            AppendBare(operand);
            _text.Append(')');
        }
    }

    private void AppendJoined(IReadOnlyList<Expression> expressions, string separator, Level least)
    {
        for (var i = 0; i < expressions.Count; i++)
        {
            if (i > 0) _text.Append(separator);
            Append(expressions[i], least);
        }
    }

    private void AppendSum(SumExpression sum)
    {
        Append(sum.First, Level.Product);
        foreach (var (isSubtracted, operand) in sum.Terms)
        {
            _text.Append(isSubtracted ? " - " : " + ");
            Append(operand, Level.Product);
        }
    }

    private void AppendChoice(IfExpression choice)
    {
        _text.Append("if ");
        Append(choice.Condition, Level.Conditional);
        _text.Append(" then ");
        Append(choice.Then, Level.Conditional);
        _text.Append(" else ");
        Append(choice.Else, Level.Conditional);
    }

    private void AppendBinary(BinaryExpression binary)
    {
        var isMethod = binary.Operator > BinaryOperator.In;
        Append(binary.Left, isMethod ? Level.Member : Level.Sum);
        _text.Append(binary.Operator.Symbol());
        Append(binary.Right, isMethod ? Level.Conditional : Level.Sum);
        if (isMethod) _text.Append(')');
    }

    private void AppendAttribute(AttributeExpression attribute)
    {
        Append(attribute.Target, Level.Member);
        if (CedarText.IsIdentifier(attribute.Name)) _text.Append('.').Append(attribute.Name);
        else _text.Append('[').Append(CedarText.Quote(attribute.Name)).Append(']');
    }

    private void AppendHas(HasExpression has)
    {
        Append(has.Target, Level.Sum);
        _text.Append(" has ");
        if (has.Path.Count > 1 || CedarText.IsIdentifier(has.Path[0])) _text.AppendJoin('.', has.Path);
        else _text.Append(CedarText.Quote(has.Path[0]));
    }

    private void AppendIs(IsExpression type)
    {
        Append(type.Target, Level.Sum);
        _text.Append(" is ").Append(type.EntityType);
        if (type.In is null) return;
        _text.Append(" in ");
        Append(type.In, Level.Sum);
    }

    private void AppendRecord(RecordExpression record)
    {
        _text.Append('{');
        for (var i = 0; i < record.Attributes.Count; i++)
        {
            var (name, value) = record.Attributes[i];
            if (i > 0) _text.Append(", ");
            _text.Append(CedarText.IsIdentifier(name) ? name : CedarText.Quote(name)).Append(": ");
            Append(value, Level.Conditional);
        }
        _text.Append('}');
    }

    private void AppendCall(ExtensionCallExpression call)
    {
        var isMethod = ExtensionFunctions.Find(call.Function)?.IsMethod == true && call.Arguments.Count > 0;
        if (isMethod)
        {
            Append(call.Arguments[0], Level.Member);
            _text.Append('.');
        }
        _text.Append(call.Function).Append('(');
        AppendJoined(isMethod ? [.. call.Arguments.Skip(1)] : call.Arguments, ", ", Level.Conditional);
        _text.Append(')');
    }
}
