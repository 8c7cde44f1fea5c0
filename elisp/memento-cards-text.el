;;; memento-cards-text.el --- A card's texts on the screen  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The texts of cards are Org, Markdown or plain text.  They are fontified as Org in a hidden buffer, with code in the colours
;; of its own mode; what is Markdown of them, see memento-cards-markdown.el, is turned into Org's before.  On a graphical display with LaTeX its formulas
;; are pictures.  Text from right to left is shown so.

;;; Code:

(require 'memento-cards)
(require 'memento-cards-markdown)

(defvar org-format-latex-options)
(defvar org-hide-emphasis-markers)
(defvar org-inhibit-startup)
(defvar org-pretty-entities)
(defvar org-preview-latex-default-process)
(defvar org-preview-latex-process-alist)
(defvar org-src-fontify-natively)
(declare-function org-format-latex "org")

(defcustom memento-cards-latex t
  "Whether formulas are shown as pictures where the display and LaTeX allow it."
  :group 'memento-cards
  :type 'boolean)

(defface memento-cards-code '((((class color) (min-colors 88) (background light))
                               :inherit fixed-pitch :background "#f3f3f0" :extend t)
                              (((class color) (min-colors 88)) :inherit fixed-pitch :background "#202024" :extend t)
                              (t :inherit fixed-pitch))
  "Face of code in the texts of cards."
  :group 'memento-cards)

;;;; Code

(defun memento--cards-drop-fences ()
  "Remove the lines around blocks of code, and set the code apart."
  (goto-char (point-min))
  (while (re-search-forward "^[ \t]*#\\+begin_\\(?:src\\|example\\).*\n" nil t)
    (let ((begin (match-beginning 0)))
      (delete-region begin (point))
      (when (re-search-forward "^[ \t]*#\\+end_\\(?:src\\|example\\)[ \t]*\\(?:\n\\|\\'\\)" nil t)
        (replace-match "" t t)
        (add-face-text-property begin (point) 'memento-cards-code t)
        (put-text-property begin (point) 'memento-code t)))))

;;;; LaTeX

(defun memento--cards-latex-p ()
  "Return non-nil if formulas can be shown as pictures here."
  (and memento-cards-latex
       (display-graphic-p)
       (boundp 'org-preview-latex-process-alist)
       (let ((programs (plist-get (alist-get org-preview-latex-default-process org-preview-latex-process-alist)
                                  :programs)))
         (and programs (seq-every-p #'executable-find programs)))))

(defun memento--cards-preview-latex ()
  "Show the formulas of this buffer, which is in Org mode, as pictures."
  (goto-char (point-min))
  (when (and (re-search-forward "\\$\\|\\\\[([]\\|\\\\begin{" nil t)
             (memento--cards-latex-p))
    ;; A formula that LaTeX refuses is shown as it was typed.
    (with-demoted-errors "memento: %S"
      (let ((directory (expand-file-name "memento/formulas/" (or (getenv "XDG_CACHE_HOME") "~/.cache")))
            ;; Org's own size is that of a footnote.
            (org-format-latex-options (plist-put (copy-sequence org-format-latex-options) :scale
                                                 (max 1.3 (* 1.3 (plist-get org-format-latex-options :scale)))))
            (inhibit-message t))
        (make-directory directory t)
        (org-format-latex (expand-file-name "formula" directory) (point-min) (point-max) directory 'overlays nil
                          'forbuffer org-preview-latex-default-process)))
    (dolist (overlay (overlays-in (point-min) (point-max)))
      (when-let ((image (overlay-get overlay 'display)))
        (put-text-property (overlay-start overlay) (overlay-end overlay) 'display image))
      (delete-overlay overlay))))

;;;; Fontifying

(defun memento--cards-buffer ()
  "Return the hidden buffer in which texts are fontified."
  (or (get-buffer " *memento card text*")
      (with-current-buffer (get-buffer-create " *memento card text*")
        (let ((org-inhibit-startup t))
          ;; The person's hooks are for files.
          (delay-mode-hooks (org-mode)))
        (setq-local org-src-fontify-natively t
                    org-hide-emphasis-markers t
                    org-pretty-entities nil)
        (current-buffer))))

(defun memento--cards-fontified (text)
  "Return TEXT, Org or Markdown, as it is shown."
  (condition-case nil
      (with-current-buffer (memento--cards-buffer)
        (let ((inhibit-read-only t) (inhibit-modification-hooks nil))
          (erase-buffer)
          (insert (string-trim-right text))
          (memento--cards-from-markdown)
          (font-lock-flush)
          (font-lock-ensure)
          (memento--cards-preview-latex)
          ;; What is fontified must not be so again, without what told what it is.
          (with-silent-modifications
            (memento--cards-drop-fences)
            (memento--cards-put-back)
            (memento--cards-align-tables))
          (prog1 (string-trim-right (buffer-string))
            (erase-buffer))))
    ;; A mode for some language that fails must not keep a card from being asked.
    (error text)))

(defun memento--cards-insert (text &optional face)
  "Insert TEXT of a card, with margins, and with FACE below its own faces."
  (let ((begin (point)))
    (insert (memento--cards-fontified text))
    (when face
      (add-face-text-property begin (point) face t))
    (add-text-properties begin (point) '(line-prefix "  " wrap-prefix "  "))
    (remove-text-properties begin (point) '(keymap nil mouse-face nil help-echo nil htmlize-link nil))
    (let ((place begin))
      (while (< place (point))
        (let ((next (next-single-property-change place 'memento-code nil (point))))
          (when (get-text-property place 'memento-code)
            (add-text-properties place next '(line-prefix "    " wrap-prefix "    ")))
          (setq place next))))
    (insert "\n")))

(defun memento--cards-rule ()
  "Return a line across the card."
  ;; The mark keeps it, which has no letters, to the left, also below Arabic.
  (concat (propertize "\u200e" 'invisible t)
          (propertize (concat "  " (make-string (max 1 (min 40 (- (memento--cards-width) 4)))
                                                (aref (memento--glyph "─" "-") 0))
                              "\n")
                      'face 'memento-cards-label)))

(defun memento--cards-width ()
  "Return how wide the card is shown, in columns."
  (window-body-width (or (get-buffer-window nil t) (selected-window))))

(defun memento--cards-break (columns)
  "Begin a new line where COLUMNS more have no room on this one."
  (when (and (> (current-column) 2)
             (> (+ (current-column) columns) (memento--cards-width)))
    (delete-horizontal-space)
    (insert "\n  ")))

(defun memento--cards-insert-back (card)
  "Insert the answer of CARD, its notes, and where it comes from."
  (memento--cards-insert (plist-get card :answer))
  (when (plist-get card :notes)
    (insert "\n")
    (memento--cards-insert (plist-get card :notes) 'memento-cards-label))
  (when-let ((source (memento--cards-source-name card)))
    (insert "\n  " (propertize "From " 'face 'memento-cards-label))
    (insert-text-button source 'action (lambda (_) (memento--cards-visit-source card #'find-file-other-window))
                        'follow-link t 'help-echo "RET: go there")
    (insert "\n")))

(defun memento--cards-setup-buffer ()
  "Have the current buffer show texts of cards."
  (visual-line-mode 1)
  ;; Each paragraph by its own first letter, and a line is one.
  (setq bidi-paragraph-direction nil
        bidi-paragraph-start-re "^"
        bidi-paragraph-separate-re "^")
  (setq buffer-invisibility-spec t))

(autoload 'org-mode "org")

(provide 'memento-cards-text)
;;; memento-cards-text.el ends here
