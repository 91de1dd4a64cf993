using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary>Turns expressions into nodes. What does not depend on the request is evaluated here, unless it errors.</summary>
internal sealed class ExpressionCompiler
{
    // Of nobody and nothing: only what asks for neither is evaluated in it.
    private readonly Frame _constants = new();

    public Node Compile(Expression expression) => expression switch
    {
        LiteralExpression literal => new ConstantNode(literal.Span, literal.Value),
        VariableExpression variable => CompileVariable(variable),
        AttributeExpression attribute => new AttributeNode(attribute.Span, Compile(attribute.Target), attribute.Name),
        HasExpression has => new HasNode(has.Span, Compile(has.Target), has.Path),
        AndExpression and => new AndNode(and.Span, CompileAll(and.Operands)),
        OrExpression or => new OrNode(or.Span, CompileAll(or.Operands)),
        IfExpression choice => new IfNode(choice.Span, Compile(choice.Condition), Compile(choice.Then), Compile(choice.Else)),
        BinaryExpression binary => CompileBinary(binary, Compile(binary.Left), Compile(binary.Right)),
        IsExpression type => CompileIs(type),
        NotExpression not => Fold(new NotNode(not.Span, CompileInto(not.Operand, out var operand)), operand),
        LikeExpression like => Fold(new LikeNode(like.Span, CompileInto(like.Target, out var target), like.Pattern), target),
        NegateExpression negate => Fold(new NegateNode(negate.Span, CompileInto(negate.Operand, out var operand)), operand),
        IsEmptyExpression isEmpty => Fold(new IsEmptyNode(isEmpty.Span, CompileInto(isEmpty.Operand, out var operand)), operand),
        SumExpression sum => CompileSum(sum),
        ProductExpression product => CompileAll(product.Factors) is var factors
            ? Fold(new ProductNode(product.Span, factors), factors) : throw Unknown(product),
        SetExpression set => CompileAll(set.Elements) is var elements ? Fold(new SetNode(set.Span, elements), elements) : throw Unknown(set),
        RecordExpression record => CompileRecord(record),
        ExtensionCallExpression call => CompileAll(call.Arguments) is var arguments
            ? Fold(new ExtensionNode(call.Span, ExtensionFunctions.Find(call.Function)!, arguments), arguments) : throw Unknown(call),
        _ => throw Unknown(expression),
    };

    private static InvalidOperationException Unknown(Expression expression) => new($"Unknown expression {expression.GetType().Name}.");

    private static Node CompileVariable(VariableExpression variable) => variable.Variable switch
    {
        Variable.Principal => new PrincipalNode(variable.Span),
        Variable.Action => new ActionNode(variable.Span),
        Variable.Resource => new ResourceNode(variable.Span),
        _ => new ContextNode(variable.Span),
    };

    // What asks the store is never known beforehand, whatever its operands are.
    private Node CompileBinary(BinaryExpression binary, Node left, Node right) => binary.Operator switch
    {
        BinaryOperator.In => new InNode(binary.Span, left, right),
        BinaryOperator.HasTag => new HasTagNode(binary.Span, left, right),
        BinaryOperator.GetTag => new GetTagNode(binary.Span, left, right),
        BinaryOperator.Equal or BinaryOperator.NotEqual =>
            Fold(new EqualNode(binary.Span, left, right, binary.Operator == BinaryOperator.Equal), left, right),
        BinaryOperator.Contains => Fold(new ContainsNode(binary.Span, left, right), left, right),
        BinaryOperator.ContainsAll or BinaryOperator.ContainsAny =>
            Fold(new ContainsManyNode(binary.Span, binary.Operator, left, right), left, right),
        _ => Fold(new OrderNode(binary.Span, binary.Operator, left, right), left, right),
    };

    private IsNode CompileIs(IsExpression type) =>
        new(type.Span, Compile(type.Target), type.EntityType, type.In is null ? null : Compile(type.In));

    private Node CompileSum(SumExpression sum)
    {
        var first = Compile(sum.First);
        var steps = sum.Terms.Select(term => new SumStep(term.IsSubtracted, Compile(term.Operand))).ToArray();
        return Fold(new SumNode(sum.Span, first, steps), [first, .. steps.Select(step => step.Operand)]);
    }

    private Node CompileRecord(RecordExpression record)
    {
        var attributes = record.Attributes.Select(attribute => KeyValuePair.Create(attribute.Key, Compile(attribute.Value))).ToArray();
        return Fold(new RecordNode(record.Span, attributes), [.. attributes.Select(attribute => attribute.Value)]);
    }

    private Node[] CompileAll(IReadOnlyList<Expression> expressions)
    {
        var nodes = new Node[expressions.Count];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = Compile(expressions[i]);
        return nodes;
    }

    private Node CompileInto(Expression expression, out Node node) => node = Compile(expression);

    private Node Fold(Node node, params ReadOnlySpan<Node> operands)
    {
        foreach (var operand in operands)
            if (operand is not ConstantNode) return node;
        var value = node.Evaluate(_constants);
        return value.IsNone ? node : new ConstantNode(node.Span, value.ToValue());
    }
}
