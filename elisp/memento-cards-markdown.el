;;; memento-cards-markdown.el --- Markdown in the texts of cards  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Assistants write Markdown.  Before a text is fontified as Org its fences and links become Org's, and its `code' and **bold**
;; are set apart, for Org sees its own marks only between blanks: not before the s of `Rc`s, and nowhere in Chinese.  After that
;; they are put in place and tables are aligned by what is seen of them.

;;; Code:

(require 'rx)
(require 'seq)
(require 'subr-x)

(defface memento-cards-heading '((t :inherit bold))
  "Face of a heading of Markdown in the texts of cards."
  :group 'memento-cards)

(defconst memento--cards-fence
  (rx bol (* blank)
      (or (seq (group-n 1 (>= 3 "`")) (* blank) (group-n 2 (* (not (any "`\n" blank)))) (* (not (any "`\n"))))
          (seq (group-n 1 (>= 3 "~")) (* blank) (group-n 2 (* (not (any "\n" blank)))) (* nonl)))
      eol)
  "A regexp of the first line of a fenced block: its fence and its language.")

(defconst memento--cards-languages
  '(("" . "text") ("py" . "python") ("python3" . "python") ("rs" . "rust") ("ts" . "typescript") ("javascript" . "js")
    ("shell" . "sh") ("bash" . "sh") ("zsh" . "sh") ("console" . "sh") ("yml" . "yaml") ("golang" . "go") ("emacs-lisp" . "elisp"))
  "What languages are called after a fence, with their names in Org.")

(defconst memento--cards-link
  (rx (? "!") "[" (group (+ (not (any "]\n")))) "](" (group "http" (? "s") "://" (+ (not (any ")\n" blank)))) ")")
  "A regexp of a link, with its text and its address.")

;;;; Before

(defun memento--cards-unfence ()
  "Turn the fenced block that begins at point into one of Org's, and go after it."
  (let* ((language (downcase (match-string 2)))
         (fence (match-string 1))
         (close (format "^[ \t]*%s%c*[ \t]*$" (regexp-quote fence) (aref fence 0))))
    (replace-match (concat "#+begin_src " (alist-get language memento--cards-languages language nil #'equal)) t t)
    (if (re-search-forward close nil t)
        (replace-match "#+end_src" t t)
      (goto-char (point-max))
      (insert "\n#+end_src"))))

(defun memento--cards-take-code (end)
  "Replace the code from point to END by characters that bear it."
  (while (search-forward "`" end t)
    (backward-char)
    (let* ((begin (point))
           (ticks (progn (skip-chars-forward "`" end) (buffer-substring begin (point))))
           (from (point)))
      ;; As many close it as open it.
      (when (re-search-forward (concat "[^`]\\(" ticks "\\)\\(?:[^`]\\|$\\)") end t)
        (let* ((code (buffer-substring from (match-beginning 1)))
               (code (if (and (string-prefix-p " " code) (string-suffix-p " " code) (not (string-blank-p code)))
                         (substring code 1 -1)
                       code))
               (after (match-end 1)))
          (goto-char after)
          (delete-region begin after)
          (insert (propertize "\ufffc" 'memento-verbatim code))
          (setq end (- end (- after begin 1)))))
      (goto-char (max from (point)))
      (when (> (point) end)
        (goto-char end))))
  end)

(defun memento--cards-take-bold (end)
  "Take away the asterisks of what is **bold** from point to END, and set it apart."
  (while (re-search-forward (rx "**" (group (not (any "*\n" blank)) (*? nonl)) "**") end t)
    (let ((begin (match-beginning 0)) (bold (match-string 1)))
      ;; In 2**3 and 2**4 they are powers.
      (unless (or (string-match-p "[ \t]\\'" bold)
                  (save-excursion (goto-char begin) (looking-back "[0-9A-Za-z]" (max (point-min) (1- begin)))))
        (setq end (- end 4))
        (delete-region begin (point))
        (insert (propertize bold 'memento-face 'bold)))))
  end)

(defun memento--cards-take-line ()
  "Take what is Markdown on this line."
  (let ((begin (point)))
    (when (looking-at "#\\{1,6\\}[ \t]+[^ \t\n].*$")
      (put-text-property begin (match-end 0) 'memento-face 'memento-cards-heading))
    (memento--cards-take-code (line-end-position))
    (goto-char begin)
    (memento--cards-take-bold (line-end-position))
    (goto-char begin)
    (while (re-search-forward memento--cards-link (line-end-position) t)
      ;; By hand: \1 would lose what the text bears.
      (replace-match (concat "[[" (match-string 2) "][" (match-string 1) "]]") t t))))

(defun memento--cards-from-markdown ()
  "Turn the Markdown of this buffer into what Org fontifies."
  (goto-char (point-min))
  (while (not (eobp))
    (cond ((looking-at memento--cards-fence) (memento--cards-unfence))
          ;; In code a backquote is a backquote.
          ((looking-at "[ \t]*#\\+begin_") (re-search-forward "^[ \t]*#\\+end_" nil 'move))
          (t (memento--cards-take-line)))
    (forward-line 1)))

;;;; Afterwards

(defun memento--cards-put-back ()
  "Put code in its place, and give what was set apart its face."
  (goto-char (point-min))
  (let (place)
    (while (setq place (text-property-not-all (point) (point-max) 'memento-verbatim nil))
      (goto-char place)
      (let ((code (get-text-property place 'memento-verbatim))
            (more (list 'memento-face (get-text-property place 'memento-face) 'memento-inline t
                        'invisible (get-text-property place 'invisible))))
        (delete-char 1)
        (insert (apply #'propertize code 'face 'org-code more)))))
  (let ((place (point-min)))
    (while (< place (point-max))
      (let ((next (next-single-property-change place 'memento-face nil (point-max)))
            (face (get-text-property place 'memento-face)))
        (cond ((eq face 'memento-cards-heading)
               ;; For Org it is a comment.
               (put-text-property place next 'face face))
              (face (add-face-text-property place next face)))
        (setq place next)))))

(defun memento--cards-seen-width (text)
  "Return how many columns are seen of TEXT."
  (let ((width 0) (place 0))
    (while (< place (length text))
      (let ((next (next-single-property-change place 'invisible text (length text))))
        (unless (get-text-property place 'invisible text)
          (setq width (+ width (string-width (substring-no-properties text place next)))))
        (setq place next)))
    width))

(defun memento--cards-table-row ()
  "Return the cells of the line of a table at point; `line' for one across."
  (let ((end (save-excursion (end-of-line) (skip-chars-backward " \t") (1- (point))))
        cells)
    (save-excursion
      (if (looking-at "[ \t]*|[-:+| \t]*-[-:+| \t]*$")
          'line
        (skip-chars-forward " \t")
        (forward-char)
        (let ((begin (point)))
          (while (<= (point) end)
            (when (and (eq (char-after) ?|)
                       (not (get-text-property (point) 'memento-inline))
                       (not (eq (char-before) ?\\)))
              (push (string-trim (buffer-substring begin (point))) cells)
              (setq begin (1+ (point))))
            (forward-char)))
        (nreverse cells)))))

(defun memento--cards-table-line (row widths)
  "Return the line of ROW in columns of WIDTHS."
  (if (eq row 'line)
      (propertize (concat "|" (mapconcat (lambda (width) (make-string (+ 2 width) ?-)) widths "+") "|") 'face 'org-table)
    (let ((bar (propertize "|" 'face 'org-table)))
      (concat bar
              (mapconcat (lambda (column)
                           (let ((cell (or (nth column row) "")))
                             (concat " " cell (make-string (- (nth column widths) (memento--cards-seen-width cell)) ?\s) " ")))
                         (number-sequence 0 (1- (length widths))) bar)
              bar))))

(defun memento--cards-align-tables ()
  "Align the tables of this buffer by what is seen of their cells."
  (goto-char (point-min))
  (while (re-search-forward "^[ \t]*|.*|[ \t]*$" nil t)
    (forward-line 0)
    (let ((begin (point)) rows)
      (while (and (looking-at "[ \t]*|.*|[ \t]*$") (not (get-text-property (point) 'memento-code)) (not (eobp)))
        (push (memento--cards-table-row) rows)
        (forward-line 1))
      (if (null (cdr rows))
          (goto-char (min (point-max) (1+ (line-end-position))))
        (let* ((rows (nreverse rows))
               (cells (seq-filter #'consp rows))
               (columns (apply #'max 1 (mapcar #'length cells)))
               (widths (mapcar (lambda (column)
                                 (apply #'max 1 (mapcar (lambda (row) (memento--cards-seen-width (or (nth column row) "")))
                                                        cells)))
                               (number-sequence 0 (1- columns))))
               (newline (eq (char-before) ?\n)))
          (delete-region begin (point))
          (insert (mapconcat (lambda (row) (memento--cards-table-line row widths)) rows "\n") (if newline "\n" "")))))))

(provide 'memento-cards-markdown)
;;; memento-cards-markdown.el ends here
