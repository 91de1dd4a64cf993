using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Json;

/// <summary>Reads expressions of the JSON policy format: objects with one member, whose name is the operator. Null means an error.</summary>
internal sealed class ExpressionJsonReader(JsonReading reading, ParserOptions options)
{
    private static readonly Dictionary<string, BinaryOperator> Operators =
        Enum.GetValues<BinaryOperator>().ToDictionary(operation => operation.Name(), StringComparer.Ordinal);

    private int _depth;

    public Expression? Read(JsonItem item)
    {
        if (!item.IsObject || item.Members is not [var (name, body)]) return Fail(item, "An expression should stand here.", "Expressions are objects with one member, as {\"Var\": \"principal\"}.");
        if (_depth == options.MaxDepth) return Fail(item, $"This is nested more than {options.MaxDepth} levels deep.");
        if (MembersOf(name) is { Length: > 0 } known && !reading.ExpectObject(body, $"Known here are {string.Join(", ", known)}.", known)) return null;
        _depth++;
        var expression = Read(name, body);
        _depth--;
        if (expression is null || expression.Height <= options.MaxHeight) return expression;
        return Fail(item, $"This is nested more than {options.MaxDepth} levels deep.");
    }

    private Expression? Read(string name, JsonItem body) => name switch
    {
        "Value" => new ValueJsonReader(reading, options).Read(body),
        "Var" when body.IsString => ReadVariable(body),
        "Slot" or "Unknown" => Fail(body, $"{name} cannot stand in a condition."),
        "&&" or "||" or "*" or "+" or "-" => ReadChain(name, body),
        "!" => ReadPart(body, "arg") is { } operand ? new NotExpression(operand) : null,
        "neg" => ReadPart(body, "arg") is { } number ? new NegateExpression(number) : null,
        "isEmpty" => ReadPart(body, "arg") is { } set ? new IsEmptyExpression(set) : null,
        "if-then-else" => ReadPart(body, "if") is { } condition && ReadPart(body, "then") is { } then && ReadPart(body, "else") is { } otherwise
            ? new IfExpression(condition, then, otherwise) : null,
        "." => ReadPart(body, "left") is { } target && ReadText(body, "attr") is { } attribute ? new AttributeExpression(target, attribute) : null,
        "has" => ReadPart(body, "left") is { } owner && ReadNames(body) is { } names ? Has(owner, names) : null,
        "like" => ReadPart(body, "left") is { } text && ReadPattern(body) is { } pattern ? new LikeExpression(text, pattern) : null,
        "is" => ReadIs(body),
        "Set" => ReadList(body) is { } elements ? new SetExpression(elements) : null,
        "Record" => ReadRecord(body),
        _ when Operators.TryGetValue(name, out var operation) => ReadPart(body, "left") is { } left && ReadPart(body, "right") is { } right
            ? new BinaryExpression(operation, left, right) : null,
        _ when ExtensionFunctions.Find(name) is not null => ReadList(body) is { } arguments ? new ExtensionCallExpression(name, arguments) : null,
        _ => Fail(body, $"There is no operator or function {CedarText.Quote(name)}."),
    };

    // A member that nobody reads could be a condition that nobody checks.
    private static string[] MembersOf(string name) => name switch
    {
        "!" or "neg" or "isEmpty" => ["arg"],
        "if-then-else" => ["if", "then", "else"],
        "." or "has" => ["left", "attr"],
        "like" => ["left", "pattern"],
        "is" => ["left", "entity_type", "in"],
        "&&" or "||" or "*" or "+" or "-" => ["left", "right"],
        _ => Operators.ContainsKey(name) ? ["left", "right"] : [],
    };

    // The left side of an operator is most often the same operator: that way down is walked, not recursed.
    private Expression? ReadChain(string name, JsonItem body)
    {
        var isSum = name is "+" or "-";
        var rights = new Stack<(string Name, JsonItem Item)>();
        JsonItem left;
        while (true)
        {
            if (!reading.ExpectObject(body, "It has the members left and right.", "left", "right")) return null;
            if (!body.TryGet("left", out var next) || !body.TryGet("right", out var right)) return Fail(body, "The members left and right are needed.");
            rights.Push((name, right));
            left = next;
            if (left.Members is not [var (inner, innerBody)] || !(isSum ? inner is "+" or "-" : inner == name)) break;
            (name, body) = (inner, innerBody);
        }
        if (Read(left) is not { } first) return null;
        var operands = new List<(string Name, Expression Operand)>();
        while (rights.TryPop(out var next))
        {
            if (Read(next.Item) is not { } operand) return null;
            operands.Add((next.Name, operand));
        }
        if (isSum) return new SumExpression(first, [.. operands.Select(step => new SumTerm(step.Name == "-", step.Operand))]);
        List<Expression> all = [first, .. operands.Select(step => step.Operand)];
        return name switch { "&&" => new AndExpression(all), "||" => new OrExpression(all), _ => new ProductExpression(all) };
    }

    private Expression? ReadVariable(JsonItem body) => body.Text switch
    {
        "principal" => new VariableExpression(Variable.Principal),
        "action" => new VariableExpression(Variable.Action),
        "resource" => new VariableExpression(Variable.Resource),
        "context" => new VariableExpression(Variable.Context),
        _ => Fail(body, "There is no such variable.", "The variables are principal, action, resource and context."),
    };

    private IsExpression? ReadIs(JsonItem body)
    {
        if (ReadPart(body, "left") is not { } target || ReadText(body, "entity_type") is not { } type) return null;
        if (!CedarText.IsTypeName(type))
        {
            reading.Fail(body, $"{CedarText.Quote(type)} is no entity type.");
            return null;
        }
        if (!body.TryGet("in", out var item)) return new IsExpression(target, type, null);
        return Read(item) is { } ancestor ? new IsExpression(target, type, ancestor) : null;
    }

    private RecordExpression? ReadRecord(JsonItem body)
    {
        if (!reading.ExpectObject(body, "A record is an object of expressions.")) return null;
        var attributes = new List<KeyValuePair<string, Expression>>();
        foreach (var (name, item) in body.Members)
        {
            if (Read(item) is not { } value) return null;
            attributes.Add(KeyValuePair.Create(name, value));
        }
        return new RecordExpression(attributes);
    }

    private List<Expression>? ReadList(JsonItem body)
    {
        var list = new List<Expression>();
        if (!reading.ExpectArray(body)) return null;
        foreach (var item in body.Elements)
        {
            if (Read(item) is not { } element) return null;
            list.Add(element);
        }
        return list;
    }

    private LikePattern? ReadPattern(JsonItem body)
    {
        if (!body.TryGet("pattern", out var item))
        {
            reading.Fail(body, "The member pattern is missing.");
            return null;
        }
        // Older versions wrote the pattern as policies do.
        if (item.IsString && Escapes.TryReadPattern(item.Text, out var segments, out _)) return new LikePattern(segments);
        if (!reading.ExpectArray(item)) return null;
        var pieces = new List<string> { "" };
        foreach (var element in item.Elements)
        {
            if (element is { IsString: true, Text: "Wildcard" }) pieces.Add("");
            else if (element.TryGet("Literal", out var literal) && literal.IsString) pieces[^1] += literal.Text;
            else
            {
                reading.Fail(element, "A pattern is made of \"Wildcard\" and {\"Literal\": \"..\"}.");
                return null;
            }
        }
        return new LikePattern(pieces);
    }

    private Expression? ReadPart(JsonItem body, string name)
    {
        if (body.IsObject && body.TryGet(name, out var part)) return Read(part);
        return Fail(body, $"The member {name} is missing.");
    }

    // `a has b.c` is one with a list; older versions of the format chain it with &&.
    private List<string>? ReadNames(JsonItem body)
    {
        if (!body.TryGet("attr", out var attribute) || !attribute.IsArray) return ReadText(body, "attr") is { } one ? [one] : null;
        if (attribute.Elements is { Count: > 0 } names && names.All(name => name.IsString)) return [.. names.Select(name => name.Text)];
        reading.Fail(attribute, "The member attr should be a text, or a list of them.");
        return null;
    }

    // As text a path has no place for names in quotation marks.
    private static Expression Has(Expression owner, List<string> names)
    {
        var path = new HasExpression(owner, names);
        return names.Count == 1 || names.TrueForAll(name => CedarText.IsIdentifier(name)) ? path : new AndExpression(path.Steps());
    }

    private string? ReadText(JsonItem body, string name)
    {
        if (body.TryGet(name, out var text) && text.IsString) return text.Text;
        reading.Fail(body, $"The member {name} should be a text.");
        return null;
    }

    private Expression? Fail(JsonItem item, string message, string? hint = null)
    {
        reading.Fail(item, message, hint);
        return null;
    }
}
