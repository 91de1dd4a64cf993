using System.Text;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Schemas;

/// <summary>Writes the human-readable syntax.</summary>
internal sealed class SchemaTextWriter
{
    private const string Indent = "  ";

    private readonly StringBuilder _text = new();
    private int _depth;

    public static string Write(SchemaDeclarations declarations)
    {
        var writer = new SchemaTextWriter();
        foreach (var space in declarations.Namespaces.OrderBy(space => space.Name.Length > 0)) writer.Append(space);
        return writer._text.ToString();
    }

    private void Append(NamespaceDeclaration space)
    {
        // What is outside of all namespaces has no place for annotations in this syntax.
        var isNamed = space.Name.Length > 0;
        if (_text.Length > 0) _text.Append('\n');
        if (isNamed)
        {
            AppendAnnotations(space.Annotations);
            Line($"namespace {space.Name} {{");
            _depth++;
        }
        foreach (var type in space.CommonTypes) Append(type);
        foreach (var entity in space.Entities) Append(entity);
        foreach (var action in space.Actions) Append(action);
        if (!isNamed) return;
        _depth--;
        Line("}");
    }

    private void Append(TypeDeclaration declaration)
    {
        AppendAnnotations(declaration.Annotations);
        Start().Append("type ").Append(declaration.Name).Append(" = ");
        AppendType(declaration.Type);
        _text.Append(";\n");
    }

    private void Append(EntityDeclaration declaration)
    {
        AppendAnnotations(declaration.Annotations);
        Start().Append("entity ").Append(declaration.Name);
        if (declaration.Choices is { } choices) _text.Append(" enum [").AppendJoin(", ", choices.Select(CedarText.Quote)).Append(']');
        if (declaration.Parents.Count > 0) AppendNames(" in ", declaration.Parents);
        if (declaration.Shape is RecordSyntax { Attributes.Count: 0 } or null)
        {
            if (declaration.Tags is null)
            {
                _text.Append(";\n");
                return;
            }
        }
        else
        {
            _text.Append(declaration.Shape is RecordSyntax ? " " : " = ");
            AppendType(declaration.Shape);
        }
        if (declaration.Tags is not null)
        {
            _text.Append(" tags ");
            AppendType(declaration.Tags);
        }
        _text.Append(";\n");
    }

    private void Append(ActionDeclaration declaration)
    {
        AppendAnnotations(declaration.Annotations);
        Start().Append("action ").Append(Name(declaration.Name));
        if (declaration.Parents.Count > 0)
        {
            _text.Append(" in [").AppendJoin(", ", declaration.Parents.Select(parent =>
                parent.Type is null ? Name(parent.Id) : $"{parent.Type}::{CedarText.Quote(parent.Id)}")).Append(']');
        }
        // Lists that are empty have no syntax here; an action without them applies to nothing either.
        if (declaration.AppliesTo is { Principals.Count: > 0, Resources.Count: > 0 } appliesTo)
        {
            _text.Append(" appliesTo {\n");
            _depth++;
            AppendNames($"{Margin()}principal: ", appliesTo.Principals);
            AppendNames($",\n{Margin()}resource: ", appliesTo.Resources);
            if (appliesTo.Context is { } context)
            {
                _text.Append(",\n").Append(Margin()).Append("context: ");
                AppendType(context);
            }
            _depth--;
            _text.Append('\n').Append(Margin()).Append('}');
        }
        _text.Append(";\n");
    }

    private void AppendType(TypeSyntax type)
    {
        switch (type)
        {
            case NameSyntax name: _text.Append(NameOf(name)); break;
            // A declared type of the same name would stand in front of the plain one.
            case PrimitiveSyntax primitive: _text.Append("__cedar::").Append(primitive.Type); break;
            case SetSyntax set:
                _text.Append("Set<");
                AppendType(set.Element);
                _text.Append('>');
                break;
            case RecordSyntax { Attributes.Count: 0 }: _text.Append("{}"); break;
            case RecordSyntax record: AppendRecord(record); break;
            default: throw new InvalidOperationException($"There is no syntax for {type.GetType().Name}.");
        }
    }

    private void AppendRecord(RecordSyntax record)
    {
        _text.Append("{\n");
        _depth++;
        foreach (var attribute in record.Attributes)
        {
            AppendAnnotations(attribute.Annotations);
            Start().Append(Name(attribute.Name)).Append(attribute.IsRequired ? ": " : "?: ");
            AppendType(attribute.Type);
            _text.Append(",\n");
        }
        _depth--;
        Start().Append('}');
    }

    private void AppendAnnotations(IReadOnlyDictionary<string, string> annotations)
    {
        foreach (var (name, value) in annotations) Line(value.Length == 0 ? $"@{name}" : $"@{name}({CedarText.Quote(value)})");
    }

    private void AppendNames(string before, IReadOnlyList<NameSyntax> names) =>
        _text.Append(before).Append('[').AppendJoin(", ", names.Select(NameOf)).Append(']');

    private static string NameOf(NameSyntax name) => name.Kind == NameKind.Extension && !name.Name.StartsWith("__cedar::", StringComparison.Ordinal)
        ? $"__cedar::{name.Name}"
        : name.Name;

    private static string Name(string name) => CedarText.IsIdentifier(name) ? name : CedarText.Quote(name);

    private StringBuilder Start() => _text.Append(Margin());

    private string Margin() => string.Concat(Enumerable.Repeat(Indent, _depth));

    private void Line(string line) => Start().Append(line).Append('\n');
}
